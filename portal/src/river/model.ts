import type { Money } from '@/lib/format';

/** One touch on the way to an order, oldest first. */
export interface RiverTouch {
  /** "Your Instagram story link", "Another creator’s link", "Survey: “maya on insta”". */
  label: string;
  /** RFC 3339. */
  at: string;
  /** Picks the icon: a platform or a kind of touch; unknown kinds get the link. */
  kind: string;
  /** COUNTED or the reason's code; only whether it counted matters to the drawing. */
  outcome: string;
  /** Why it did not count, in words. */
  reasonWords?: string | null;
  /** Share of the credit in parts per million; 0 when it did not count. */
  creditPpm: number;
  /** True when the credit is the reader's own. */
  own: boolean;
}

/** The river of a sale as plain data: words are written by whoever has them. */
export interface RiverData {
  touches: RiverTouch[];
  order: { name: string; at: string; total: Money; earning: Money };
  /** The reader's commission; null when nothing came to the reader. */
  commission: { amount: Money; creditPpm: number; takenBack?: Money | null } | null;
  /** What stands between commission and payout. until: a date or null when it is open. */
  gate: { until: string | null; state: 'HOLDING' | 'REVIEW' | 'WAITING' | 'OPEN'; title?: string; words?: string } | null;
  /** at: when it goes out or went out; null when that is not known. */
  payout: { at: string | null; state: 'EXPECTED' | 'PAID' | 'BLOCKED'; words?: string } | null;
  /** How many other creators share the credit. */
  others: number;
  /** "Your commission" in the words of the page: brands see everybody's together. */
  commissionLabel?: string;
}

/** True when a touch carries credit. */
export const counted = (touch: RiverTouch) => touch.creditPpm > 0;

/** More rows than this are not drawn: a sale may have two hundred touches, and most say the same. */
export const MAX_ROWS = 12;

/** The touches that are drawn: every one that counted, and the latest of the others. `left` were left out. */
export function foldTouches(touches: readonly RiverTouch[]): { touches: RiverTouch[]; left: number } {
  if (touches.length <= MAX_ROWS) return { touches: [...touches], left: 0 };
  const chosen = new Set(touches.filter(counted));
  for (let index = touches.length - 1; index >= 0 && chosen.size < MAX_ROWS; index -= 1) {
    const touch = touches[index];
    if (touch) chosen.add(touch);
  }
  return { touches: touches.filter((touch) => chosen.has(touch)), left: touches.length - chosen.size };
}
