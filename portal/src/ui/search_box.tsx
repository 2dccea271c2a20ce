import { useEffect, useRef, useState } from 'react';
import { Icon } from './icon';

/** Waits this long for the next letter, milliseconds. */
const PAUSE_MS = 250;

/** A field in a tool row that narrows a list while a person types. */
export function SearchBox({ label, value, onFind }: { label: string; value: string; onFind: (text: string) => void }) {
  const [typed, setTyped] = useState(value);
  const find = useRef(onFind);
  useEffect(() => {
    find.current = onFind;
  });
  useEffect(() => {
    if (typed.trim() === value) return;
    const timer = setTimeout(() => find.current(typed.trim()), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, value]);
  return (
    <label className="sel searchbox">
      <Icon name="search" size={14} />
      <input type="search" aria-label={label} placeholder={label} value={typed} maxLength={100} autoComplete="off" spellCheck={false} onChange={(event) => setTyped(event.target.value)} />
    </label>
  );
}
