import type { ReactNode } from 'react';
import { Skeleton } from './skeleton';

const HUES = ['', 'a', 'c', 'd'];

/** Two letters of a name: "Maya Okafor" is MO. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const first = words[0] ?? '?';
  const last = words.length > 1 ? (words[words.length - 1] ?? '') : '';
  return ([...first][0] ?? '?').concat([...last][0] ?? '').toLocaleUpperCase();
}

function hueOf(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) >>> 0;
  return HUES[sum % HUES.length] ?? '';
}

/** Stands for a person (round) or a brand (square, ink). The name is always beside it in words. */
export function Avatar({ name, size = 'm', brand }: { name: string; size?: 's' | 'm' | 'l' | 'xl'; brand?: boolean }) {
  return (
    <span className={`av ${size === 'm' ? '' : size} ${brand ? 'sq k' : hueOf(name)}`.replace(/\s+/g, ' ').trim()} aria-hidden="true">
      {initials(name)}
    </span>
  );
}

/** A person in a table row: avatar 28, name, and a second line of 12. */
export function Person({ name, detail, size = 'm' }: { name: string; detail?: string; size?: 's' | 'm' | 'l' }) {
  return (
    <span className="row g3 nw">
      <Avatar name={name} size={size} />
      <span className="grow">
        <b className="b ell blk">{name}</b>
        {detail && <span className="sm dim ell">{detail}</span>}
      </span>
    </span>
  );
}

/** Whom a panel is about, as its head: avatar, name and a line; a skeleton until the name is known. */
export function PanelPerson({ name, brand, children }: { name: string | undefined; brand?: boolean; children?: ReactNode }) {
  if (name === undefined) return <Skeleton width={180} height={20} />;
  return (
    <>
      <Avatar name={name} size="xl" brand={brand} />
      <span className="grow">
        <b className="b ell blk lead" style={{ fontWeight: 600 }}>{name}</b>
        <span className="sm mut blk">{children}</span>
      </span>
    </>
  );
}
