import { useSyncExternalStore } from 'react';
import { Button, IconButton } from './button';
import { Icon, type IconName } from './icon';

/** One short message at the foot of the page. */
export interface Toast {
  words: string;
  icon?: IconName;
  /** Undo instead of "are you sure". Never for money. */
  undo?: () => void;
}

interface Shown extends Toast {
  id: number;
}

/** A message without undo stays this long; one with undo stays longer. Milliseconds. */
const STAY_MS = 5_000;
const STAY_UNDO_MS = 10_000;
/** More at the same time would be noise. */
const MAX_SHOWN = 3;

let shown: readonly Shown[] = [];
let lastId = 0;
const listeners = new Set<() => void>();

function change(next: readonly Shown[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

const dismiss = (id: number) => change(shown.filter((toast) => toast.id !== id));

/** Shows a message; what is said there is never the only place where it is said. */
export function toast(message: Toast | string): void {
  const next: Shown = { ...(typeof message === 'string' ? { words: message } : message), id: (lastId += 1) };
  change([...shown, next].slice(-MAX_SHOWN));
  setTimeout(() => dismiss(next.id), next.undo ? STAY_UNDO_MS : STAY_MS);
}

/** The place of the messages, once in the frame. */
export function Toasts() {
  const list = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
  return (
    <div className="toasts" role="status" aria-live="polite">
      {list.map((item) => (
        <div key={item.id} className="toast">
          <Icon name={item.icon ?? 'check'} />
          <span className="grow">{item.words}</span>
          {item.undo && (
            <Button
              small
              onClick={() => {
                item.undo?.();
                dismiss(item.id);
              }}
            >
              Undo
            </Button>
          )}
          <IconButton icon="close" label="Close the message" onClick={() => dismiss(item.id)} />
        </div>
      ))}
    </div>
  );
}
