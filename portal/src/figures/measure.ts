import { difference, isPositive, sum } from '@/lib/amount';
import { formatMoney, formatNumber, formatPercent, isNegative, isZero, toDrawing, type Money } from '@/lib/format';
import type { Point } from '@/charts/model';

/** Figures as the API gives them. */
export interface Figures {
  clicks: number;
  orders: number;
  newCustomers: number;
  revenue: Money;
  refunds: Money;
  commission: Money;
  conversion?: number | null;
  earningsPerClick?: Money | null;
  averageOrder?: Money | null;
  commissionRate?: number | null;
}

/** One thing that can be measured. */
export interface Measure {
  key: 'revenue' | 'orders' | 'newCustomers' | 'clicks' | 'commission' | 'refunds' | 'conversion' | 'commissionRate' | 'averageOrder' | 'earningsPerClick';
  name: string;
  /** In a sentence: "Revenue from creators". */
  title: string;
  sort: 'money' | 'count' | 'share';
  /** Whether groups may be added up. */
  adds: boolean;
  /** Whether more is better: null where neither is. */
  moreIsGood: boolean | null;
}

/** All measures in the order of the picker. */
export const MEASURES: readonly Measure[] = [
  { key: 'revenue', name: 'Revenue', title: 'Revenue from creators', sort: 'money', adds: true, moreIsGood: true },
  { key: 'orders', name: 'Orders', title: 'Orders from creators', sort: 'count', adds: true, moreIsGood: true },
  { key: 'newCustomers', name: 'New customers', title: 'New customers from creators', sort: 'count', adds: true, moreIsGood: true },
  { key: 'clicks', name: 'Clicks', title: 'Clicks on creators’ links', sort: 'count', adds: true, moreIsGood: true },
  { key: 'commission', name: 'Commission', title: 'Commission for creators', sort: 'money', adds: true, moreIsGood: null },
  { key: 'refunds', name: 'Refunds', title: 'Refunds of creators’ sales', sort: 'money', adds: true, moreIsGood: false },
  { key: 'conversion', name: 'Conversion', title: 'Orders for each click', sort: 'share', adds: false, moreIsGood: true },
  { key: 'commissionRate', name: 'Commission rate', title: 'Commission as part of revenue', sort: 'share', adds: false, moreIsGood: null },
  { key: 'averageOrder', name: 'Average order', title: 'Revenue for each order', sort: 'money', adds: false, moreIsGood: true },
  { key: 'earningsPerClick', name: 'Commission per click', title: 'Commission for each click', sort: 'money', adds: false, moreIsGood: null },
];

/** The measure of a key; revenue when the key is unknown. */
export const measureOf = (key: string): Measure => MEASURES.find((measure) => measure.key === key) ?? (MEASURES[0] as Measure);

/** Credited orders may be parts of orders, since credit is shared. */
export const formatCount = (count: number): string => formatNumber(count, { digits: Number.isInteger(count) || count >= 100 ? 0 : 1 });

/** The figure in words; a dash where there is none. */
export function wordsOf(measure: Measure, figures: Figures, options: { whole?: boolean } = {}): string {
  const value = figures[measure.key];
  if (value == null) return '–';
  if (typeof value === 'object') return formatMoney(value, options.whole && measure.adds ? { whole: true } : {});
  return measure.sort === 'share' ? formatPercent(value / 10_000) : formatCount(value);
}

/** The figure as a size for drawing and sorting only. */
export function sizeOf(measure: Measure, figures: Figures): number {
  const value = figures[measure.key];
  if (value == null) return 0;
  return typeof value === 'object' ? toDrawing(value) : measure.sort === 'share' ? value / 10_000 : value;
}

/** The figure as a point of a chart. */
export const pointOf = (measure: Measure, figures: Figures): Point => ({ size: sizeOf(measure, figures), text: wordsOf(measure, figures) });

/** A change against another range. */
export interface Change {
  direction: 'up' | 'down' | 'same';
  good: boolean | null;
  /** "14.2%", "0.3 points", "8 more". */
  words: string;
}

/** How a figure changed: in percent, or in points where it is a share; null where there was nothing before. */
export function changeOf(measure: Measure, now: Figures, then: Figures): Change | null {
  const [a, b] = [sizeOf(measure, now), sizeOf(measure, then)];
  if (then[measure.key] == null || now[measure.key] == null) return null;
  if (measure.sort !== 'share' && b === 0) return null;
  const size = measure.sort === 'share' ? (a - b) * 100 : (a - b) / Math.abs(b);
  const rounded = measure.sort === 'share' ? Math.round(size * 10) / 10 : Math.round(size * 1000) / 1000;
  const direction = rounded > 0 ? 'up' : rounded < 0 ? 'down' : 'same';
  const words = measure.sort === 'share' ? `${formatNumber(Math.abs(rounded), { digits: 1 })} ${Math.abs(rounded) === 1 ? 'point' : 'points'}` : formatPercent(Math.abs(rounded));
  return { direction, good: measure.moreIsGood === null ? null : (direction === 'up') === measure.moreIsGood, words };
}

/** The change as an exact difference with its sign: "+€4,310". */
export function differenceOf(measure: Measure, now: Figures, then: Figures | undefined): Change | null {
  const value = now[measure.key];
  const earlier = then?.[measure.key];
  if (value == null) return null;
  if (typeof value === 'object') {
    const change = typeof earlier === 'object' && earlier !== null ? difference(value, earlier) : value;
    if (isZero(change)) return { direction: 'same', good: null, words: formatMoney(change, { whole: measure.adds }) };
    const direction = isPositive(change) ? 'up' : 'down';
    return { direction, good: measure.moreIsGood === null ? null : isNegative(change) !== measure.moreIsGood, words: formatMoney(change, { signed: true, whole: measure.adds }) };
  }
  const change = measure.sort === 'share' ? (value - (typeof earlier === 'number' ? earlier : value)) / 100 : value - (typeof earlier === 'number' ? earlier : 0);
  const rounded = Math.round(change * 10) / 10;
  const direction = rounded > 0 ? 'up' : rounded < 0 ? 'down' : 'same';
  const words = `${formatNumber(rounded, { signed: true, digits: 1 })}${measure.sort === 'share' ? ' points' : ''}`;
  return { direction, good: measure.moreIsGood === null || direction === 'same' ? null : (direction === 'up') === measure.moreIsGood, words };
}

/** The axis of a measure. */
export const axisOf =
  (measure: Measure, currencyCode: string) =>
  (value: number): string =>
    measure.sort === 'money' ? formatMoney({ amount: String(value), currencyCode }, { whole: Number.isInteger(value) }) : measure.sort === 'share' ? formatPercent(value) : formatNumber(value, { digits: Number.isInteger(value) ? 0 : 1 });

/** Adds figures up day by day, so that each day holds all before it too: exact for amounts. Only for measures that add. */
export function addedUp(measure: Measure, days: readonly Figures[]): Figures[] {
  let money: Money | null = null;
  let count = 0;
  return days.map((figures) => {
    const value = figures[measure.key];
    if (typeof value === 'object' && value !== null) {
      money = money ? (sum([money, value]) ?? value) : value;
      return { ...figures, [measure.key]: money };
    }
    count += typeof value === 'number' ? value : 0;
    return { ...figures, [measure.key]: count };
  });
}
