import { formatMoney, formatNumber, toDrawing, type Money } from '@/lib/format';

/** One figure: its size for the drawing, and the exact words. */
export interface Point {
  size: number;
  text: string;
}

/** One stream of a chart. */
export interface Series {
  key: string;
  label: string;
  points: readonly Point[];
  /** The figure of the whole range, at the label. */
  total?: string;
}

/** At most this many series; the rest belongs together as "Others". */
export const MAX_SERIES = 5;

/** A chart as plain data. All series have one point for each of `at`. */
export interface ChartData {
  /** Names the chart for screen readers: "Revenue a day by platform". */
  label: string;
  /** Short words on the axis: "8 Nov". */
  at: readonly string[];
  /** Long words in the tooltip and the table: "Wednesday 18 November". */
  atLong?: readonly string[];
  series: readonly Series[];
  /** Sum of the series at each point, in exact words. */
  together?: readonly string[];
  /** The same range before, drawn as a thin dashed line. */
  compare?: { label: string; points: readonly Point[]; atLong?: readonly string[] };
  /** Posts on the way, marked with a dot and their name. */
  marks?: readonly { index: number; label: string }[];
  /** There are no halves of what is counted, so the axis has none either. */
  whole?: boolean;
  /** Words of the axis. */
  axis: (value: number) => string;
}

/** Figures that are amounts. */
export const moneyPoints = (amounts: readonly Money[]): Point[] =>
  amounts.map((amount) => ({ size: toDrawing(amount), text: formatMoney(amount) }));

/** Figures that are counts. */
export const countPoints = (counts: readonly number[]): Point[] => counts.map((count) => ({ size: count, text: formatNumber(count) }));

/** The axis of amounts in one currency, without cents. */
export const moneyAxis =
  (currencyCode: string) =>
  (value: number): string =>
    formatMoney({ amount: String(value), currencyCode }, { whole: Number.isInteger(value) });
