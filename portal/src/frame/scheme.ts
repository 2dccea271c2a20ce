import { useSyncExternalStore } from 'react';

/** What a person chose; auto follows the system. */
export type SchemeChoice = 'auto' | 'light' | 'dark';
/** What is drawn. */
export type Scheme = 'light' | 'dark';

// public/theme.js reads the same key before the first paint.
const KEY = 'tributary.scheme';
const GROUND: Record<Scheme, string> = { light: '#F6F3EC', dark: '#0A181D' };
const listeners = new Set<() => void>();

/** The person's choice on this device. */
export function schemeChoice(): SchemeChoice {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'auto';
  } catch {
    return 'auto';
  }
}

const systemIsDark = () => typeof matchMedia === 'function' && matchMedia('(prefers-color-scheme: dark)').matches;

function current(): Scheme {
  return document.documentElement.getAttribute('data-theme') === 'dark' ? 'dark' : 'light';
}

function draw(scheme: Scheme): void {
  const root = document.documentElement;
  root.setAttribute('data-theme', scheme);
  root.setAttribute('data-mantine-color-scheme', scheme);
  document.querySelector('meta[name="theme-color"]')?.setAttribute('content', GROUND[scheme]);
  for (const listener of listeners) listener();
}

/** Takes a choice over for this device and draws it. */
export function chooseScheme(choice: SchemeChoice): void {
  try {
    if (choice === 'auto') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, choice);
  } catch {
    // Storage is blocked: the choice holds until the page is left.
  }
  draw(choice === 'auto' ? (systemIsDark() ? 'dark' : 'light') : choice);
}

/** Follows the system while the choice is auto. Called once at the start. */
export function followSystem(): void {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
    if (schemeChoice() === 'auto') draw(event.matches ? 'dark' : 'light');
  });
}

/** The scheme that is drawn now. */
export function useScheme(): Scheme {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, current);
}
