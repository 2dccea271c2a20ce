/** Ranges of UTC days as the pages of figures choose them. */

/** A range of days, both included, as YYYY-MM-DD. */
export interface Range {
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;

const iso = (at: Date) => at.toISOString().slice(0, 10);

/** A day some days later (or earlier). */
export const shiftDay = (day: string, days: number): string => iso(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS));

/** How many days a range has. */
export const lengthOf = ({ from, to }: Range): number => Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS) + 1;

/** The equally long range right before. */
export const before = (range: Range): Range => ({ from: shiftDay(range.from, -lengthOf(range)), to: shiftDay(range.from, -1) });

/** Ranges that can be chosen by name; "own" is written out in the URL. */
export type RangeName = '7' | '30' | '90' | 'month' | 'last' | 'year' | 'own';

/** Names for a picker. */
export const RANGE_OPTIONS: readonly { value: RangeName; label: string }[] = [
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: '90', label: 'Last 90 days' },
  { value: 'month', label: 'This month' },
  { value: 'last', label: 'Last month' },
  { value: 'year', label: 'Last 365 days' },
  { value: 'own', label: 'Chosen days' },
];

const isName = (text: string): text is RangeName => RANGE_OPTIONS.some((option) => option.value === text);

/** The longest range that the API reads, in days. */
export const MAX_RANGE_DAYS = 800;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Reads a range from what the URL says; what cannot be read becomes the last 30 days. */
export function readRange(name: string, from: string, to: string, now: Date = new Date()): { name: RangeName; range: Range } {
  const today = iso(now);
  const chosen = isName(name) ? name : '30';
  const monthStart = `${today.slice(0, 8)}01`;
  switch (chosen) {
    case 'month':
      return { name: chosen, range: { from: monthStart, to: today } };
    case 'last': {
      const end = shiftDay(monthStart, -1);
      return { name: chosen, range: { from: `${end.slice(0, 8)}01`, to: end } };
    }
    case 'year':
      return { name: chosen, range: { from: shiftDay(today, -364), to: today } };
    case 'own': {
      const range = { from, to };
      const good = DAY.test(from) && DAY.test(to) && from <= to && lengthOf(range) <= MAX_RANGE_DAYS;
      return good ? { name: chosen, range } : { name: 'own', range: { from: shiftDay(today, -29), to: today } };
    }
    default:
      return { name: chosen, range: { from: shiftDay(today, 1 - Number(chosen)), to: today } };
  }
}
