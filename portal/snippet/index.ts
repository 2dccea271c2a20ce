import { start } from './snippet';

const script = document.currentScript;
if (script instanceof HTMLScriptElement) {
  try {
    start(script);
  } catch {
    // A shop must never notice us.
  }
}
