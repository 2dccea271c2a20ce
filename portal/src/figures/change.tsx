import { Delta } from '@/ui/status';
import type { Change } from './measure';

/** A change with arrow, sign and words; nothing where there is none to tell. */
export function ChangeMark({ change, signed }: { change: Change | null; /** Writes + or − before the figure. */ signed?: boolean }) {
  if (!change) return null;
  const sign = signed && change.direction === 'up' ? '+' : signed && change.direction === 'down' ? '−' : '';
  return (
    <Delta direction={change.direction} good={change.good}>
      {sign}
      {change.words}
    </Delta>
  );
}
