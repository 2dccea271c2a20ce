import type { Money } from '@/lib/format';
import { toDrawing } from '@/lib/format';
import { isPositive, sum } from '@/lib/amount';

/** One stream into the coming payout: what is ready, or what becomes ready on a day. */
export interface Stream {
  amount: Money;
  /** null: ready now. */
  date: string | null;
  /** The last day, where several days flow together. */
  until: string | null;
}

/** A stream as the drawing places it; y is the middle of its label's line. */
export interface DrawnStream extends Stream {
  y: number;
  path: string;
  /** Upper and lower edge without the ends, for what has not happened yet. */
  edges: string;
  thickness: number;
}

/** More streams than this would not be told apart; later ones flow together. */
const MOST_STREAMS = 4;
const TOGETHER_PX = 34;
const THINNEST_PX = 2.5;
const ROW_PX = 42;

/** Ready first, then by day; what is too far off is gathered into the last one. */
export function streamsOf(ready: Money, upcoming: readonly { date: string; amount: Money }[]): Stream[] {
  const all: Stream[] = [...(isPositive(ready) ? [{ amount: ready, date: null, until: null }] : []), ...upcoming.filter((entry) => isPositive(entry.amount)).map((entry) => ({ amount: entry.amount, date: entry.date, until: entry.date }))];
  if (all.length <= MOST_STREAMS) return all;
  const late = all.slice(MOST_STREAMS - 1);
  const gathered = sum(late.map((entry) => entry.amount));
  const first = late[0];
  return first && gathered ? [...all.slice(0, MOST_STREAMS - 1), { amount: gathered, date: first.date, until: all[all.length - 1]?.until ?? null }] : all.slice(0, MOST_STREAMS);
}

/**
 * Places streams one below the other at the left and joins them at the right,
 * thick by their part of the whole. Amounts are written beside them, so a thin
 * stream may be drawn thicker than its part to be seen.
 */
export function drawStreams(streams: readonly Stream[], left: number, join: number, wall: number): { streams: DrawnStream[]; height: number; top: number; bottom: number; total: Money | null } {
  const total = sum(streams.map((stream) => stream.amount));
  const whole = total ? toDrawing(total) : 0;
  const thick = streams.map((stream) => Math.max(THINNEST_PX, whole > 0 ? (toDrawing(stream.amount) / whole) * TOGETHER_PX : THINNEST_PX));
  const together = thick.reduce((all, part) => all + part, 0);
  const height = Math.max(1, streams.length) * ROW_PX + 20;
  const top = height / 2 - together / 2;
  const middle = (left + join) / 2;
  let at = top;
  const drawn = streams.map((stream, index) => {
    const thickness = thick[index] ?? THINNEST_PX;
    const y = 10 + ROW_PX * (index + 0.5);
    const [a, b] = [y - thickness / 2, y + thickness / 2];
    const upper = `M${left} ${a}H${left + 12}C${middle} ${a} ${middle} ${at} ${join} ${at}H${wall}`;
    const lower = `${wall} ${at + thickness}H${join}C${middle} ${at + thickness} ${middle} ${b} ${left + 12} ${b}H${left}`;
    at += thickness;
    return { ...stream, y, path: `${upper}L${lower}Z`, edges: `${upper}M${lower}`, thickness };
  });
  return { streams: drawn, height, top, bottom: top + together, total };
}
