import type { Figures } from '@/figures/measure';

/** A share with the bounds between which it lies, 19 times of 20. */
export interface Interval {
  value: number;
  low: number;
  high: number;
}

/** One arm with the share of its clicks that became orders; null where that cannot be told. */
export interface ArmResult {
  name: string;
  clicks: number;
  orders: number;
  conversion: Interval | null;
}

/**
 * What an experiment shows. small: too few clicks or orders in some arm. none: a difference can be told of no arm
 * against the best. best: the best arm converts better than every other.
 */
export interface Result {
  verdict: 'small' | 'none' | 'best';
  arms: ArmResult[];
  /** The arm with the highest share, and the one after it. */
  best: ArmResult;
  second: ArmResult;
  /** By how much the best is ahead of the second; null where that cannot be told. */
  ahead: Interval | null;
  /** The arms that are too small. */
  short: ArmResult[];
}

/** Each arm needs as many clicks, and as many orders, before anything is said of it. */
export const MIN_CLICKS = 200;
export const MIN_ORDERS = 10;

/** How far the bounds lie for 95%, and for several comparisons at once (Bonferroni), by their number. */
const REACH: Record<number, number> = { 1: 1.959964, 2: 2.241403, 3: 2.39398, 4: 2.497705 };

/** Bounds of a share by Wilson's score, which hold for few orders, too. Credited orders may be parts. */
export function wilson(orders: number, clicks: number, reach = REACH[1] as number): Interval {
  const value = orders / clicks;
  const z2 = reach * reach;
  const middle = (value + z2 / (2 * clicks)) / (1 + z2 / clicks);
  const half = (reach / (1 + z2 / clicks)) * Math.sqrt((value * (1 - value)) / clicks + z2 / (4 * clicks * clicks));
  return { value, low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Bounds of the difference of two shares by Newcombe's method, from the bounds of both. */
export function differenceOf(a: Interval, b: Interval): Interval {
  const value = a.value - b.value;
  return { value, low: value - Math.hypot(a.value - a.low, b.high - b.value), high: value + Math.hypot(a.high - a.value, b.value - b.low) };
}

/** Reads the result of arms; there are at least two. */
export function resultOf(arms: readonly { name: string; figures: Pick<Figures, 'clicks' | 'orders'> }[]): Result {
  const results = arms.map(({ name, figures: { clicks, orders } }): ArmResult => ({ name, clicks, orders, conversion: clicks > 0 && orders <= clicks ? wilson(orders, clicks) : null }));
  const [best, second] = [...results].sort((a, b) => (b.conversion?.value ?? -1) - (a.conversion?.value ?? -1)) as [ArmResult, ArmResult];
  const short = results.filter((arm) => arm.clicks < MIN_CLICKS || arm.orders < MIN_ORDERS || arm.conversion === null);
  const reach = REACH[Math.min(4, arms.length - 1)] as number;
  const against = (other: ArmResult) => (best.conversion && other.conversion ? differenceOf(wilson(best.orders, best.clicks, reach), wilson(other.orders, other.clicks, reach)) : null);
  const clear = results.every((arm) => arm === best || (against(arm)?.low ?? -1) > 0);
  return { verdict: short.length > 0 ? 'small' : clear ? 'best' : 'none', arms: results, best, second, ahead: against(second), short };
}
