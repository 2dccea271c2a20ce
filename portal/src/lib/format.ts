/**
 * How money, numbers, shares and times are written: in the reader's own
 * language and time zone, everywhere the same. Amounts arrive as decimal
 * strings and are never turned into floating-point numbers to be shown.
 */

/** An amount as the API sends it. */
export interface Money {
  /** A decimal string such as "38204.10". */
  amount: string;
  /** ISO 4217. */
  currencyCode: string;
}

/** The reader's language; tests and the gallery fix it with setReader. */
let locale = typeof navigator === 'undefined' ? 'en-GB' : navigator.language || 'en-GB';
let timeZone: string | undefined;
const cache = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

/** Fixes language and time zone of everything that is written from now on. */
export function setReader(nextLocale: string, nextTimeZone?: string): void {
  locale = nextLocale;
  timeZone = nextTimeZone;
  cache.clear();
}

function numbers(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `n${JSON.stringify(options)}`;
  let found = cache.get(key) as Intl.NumberFormat | undefined;
  if (!found) {
    found = new Intl.NumberFormat(locale, options);
    cache.set(key, found);
  }
  return found;
}

function dates(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `d${JSON.stringify(options)}`;
  let found = cache.get(key) as Intl.DateTimeFormat | undefined;
  if (!found) {
    found = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    cache.set(key, found);
  }
  return found;
}

/** A true minus sign, which stands as wide as a figure. */
const withMinus = (text: string) => text.replace(/-(?=[\d\p{Sc}\p{L}])/u, '−');

// Intl takes decimal strings exactly; the library's types ask for a literal.
const exact = (amount: string) => amount as Intl.StringNumericLiteral;

export interface MoneyOptions {
  /** Writes + before a gain; losses always carry their minus. */
  signed?: boolean;
  /** Drops the cents: for axes and headlines only, never where money is sent. */
  whole?: boolean;
}

/** Writes an amount with its currency: €38,204.10. */
export function formatMoney(money: Money, options: MoneyOptions = {}): string {
  return withMinus(
    numbers({
      style: 'currency',
      currency: money.currencyCode,
      currencyDisplay: 'narrowSymbol',
      signDisplay: options.signed ? 'exceptZero' : 'negative',
      ...(options.whole ? { maximumFractionDigits: 0, minimumFractionDigits: 0 } : {}),
    }).format(exact(money.amount)),
  );
}

const WRITTEN_AMOUNT = /\b([A-Z]{3}) (-?\d+(?:\.\d+)?)\b/g;

/** Writes the amounts within a sentence of the server ("Revenue was EUR 12.40.") as the reader does. */
export const formatAmounts = (sentence: string): string => sentence.replace(WRITTEN_AMOUNT, (_, currencyCode: string, amount: string) => formatMoney({ amount, currencyCode }));

/** The currency's own name in the reader's language: euros. */
export function currencyName(code: string): string {
  const key = `c${code}`;
  let found = cache.get(key) as Intl.NumberFormat | undefined;
  if (!found) {
    found = new Intl.NumberFormat(locale, { style: 'currency', currency: code, currencyDisplay: 'name' });
    cache.set(key, found);
  }
  return found.formatToParts(2).find((part) => part.type === 'currency')?.value ?? code;
}

/** The same words with a capital at their start. */
export const sentenceCase = (words: string): string => words.charAt(0).toLocaleUpperCase(locale) + words.slice(1);

/** Writes a count: 21,480. */
export function formatNumber(value: number, options: { signed?: boolean; digits?: number } = {}): string {
  return withMinus(
    numbers({
      maximumFractionDigits: options.digits ?? 0,
      signDisplay: options.signed ? 'exceptZero' : 'auto',
    }).format(value),
  );
}

/** Writes the length of a file or body: 640 bytes, 12.4 kB, 3.2 MB. */
export function formatBytes(bytes: number): string {
  if (bytes < 1_000) return plural(bytes, 'byte', 'bytes');
  return bytes < 1_000_000 ? `${formatNumber(bytes / 1_000, { digits: 1 })} kB` : `${formatNumber(bytes / 1_000_000, { digits: 1 })} MB`;
}

/** Writes a count in little room: 64k. */
export function formatCompact(value: number): string {
  return withMinus(numbers({ notation: 'compact', maximumFractionDigits: 1 }).format(value)).toLowerCase();
}

/** Writes a share given as a ratio: 0.124 is 12.4%. */
export function formatPercent(ratio: number, options: { signed?: boolean; digits?: number } = {}): string {
  return withMinus(
    numbers({
      style: 'percent',
      maximumFractionDigits: options.digits ?? 1,
      signDisplay: options.signed ? 'exceptZero' : 'auto',
    }).format(ratio),
  );
}

/** Writes basis points: 1250 is 12.5%. */
export const formatBasisPoints = (basisPoints: number) => formatPercent(basisPoints / 10_000, { digits: 2 });

/** Writes parts per million, as credits are kept: 400000 is 40%. */
export const formatPpm = (ppm: number) => formatPercent(ppm / 1_000_000, { digits: 1 });

/**
 * The shapes in which a time is written (British English as the example):
 * day "14 November" (with its year when that is another one), short "14 Nov", full "14 Nov 2026",
 * weekday "Monday 23 November 2026", near "Mon 30 Nov", time "19:42".
 */
export type DateShape = 'day' | 'short' | 'full' | 'weekday' | 'near' | 'time';

const SHAPES: Record<DateShape, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'long' },
  short: { day: 'numeric', month: 'short' },
  full: { day: 'numeric', month: 'short', year: 'numeric' },
  weekday: { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' },
  near: { weekday: 'short', day: 'numeric', month: 'short' },
  time: { hour: '2-digit', minute: '2-digit' },
};

const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/;

/** Writes a day. A bare date (2026-12-14) is that day everywhere; an instant is the reader's day. */
export function formatDate(value: string | Date, shape: DateShape = 'day', now: Date = new Date()): string {
  const bare = typeof value === 'string' && DAY_ONLY.test(value);
  const at = typeof value === 'string' ? new Date(bare ? `${value}T12:00:00Z` : value) : value;
  if (Number.isNaN(at.getTime())) return '–';
  const options: Intl.DateTimeFormatOptions = { ...SHAPES[shape] };
  if (shape === 'day' && at.getUTCFullYear() !== now.getUTCFullYear()) options.year = 'numeric';
  if (bare) options.timeZone = 'UTC';
  // British English writes "Monday 23 November" without a comma, and so do we.
  const text = dates(options).format(at);
  return shape === 'near' || shape === 'weekday' ? text.replace(/^(\p{L}+), (?=\d)/u, '$1 ') : text;
}

/** Writes the time of day: 19:42. */
export const formatTime = (value: string | Date) => formatDate(value, 'time');

/** Writes a day and its time: 14 November, 19:42. */
export function formatDateTime(value: string | Date, shape: DateShape = 'day', now: Date = new Date()): string {
  return `${formatDate(value, shape, now)}, ${formatTime(value)}`;
}

/** Writes how long ago or how far off in words: 2 days ago, in 5 hours. */
export function formatRelative(value: string | Date, now: Date = new Date()): string {
  const at = typeof value === 'string' ? new Date(value) : value;
  const seconds = Math.round((at.getTime() - now.getTime()) / 1000);
  const units: [Intl.RelativeTimeFormatUnit, number][] = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
  ];
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, length] of units) {
    if (Math.abs(seconds) >= length) return relative.format(Math.trunc(seconds / length), unit);
  }
  return relative.format(0, 'minute');
}

/** Writes a span of days with what both share said once: 1 to 22 November. */
export function formatRange(from: string, to: string): string {
  const a = new Date(DAY_ONLY.test(from) ? `${from}T12:00:00Z` : from);
  const b = new Date(DAY_ONLY.test(to) ? `${to}T12:00:00Z` : to);
  return dates({ day: 'numeric', month: 'long', timeZone: 'UTC' }).formatRange(a, b);
}

/** Writes a list in words: Instagram, TikTok and YouTube. */
export const formatList = (items: string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items);

/** A plural form of the reader's own language would need a catalogue; English words are in the pages. */
export const plural = (count: number, one: string, many: string) => `${formatNumber(count)} ${count === 1 ? one : many}`;

/** True when an amount is zero in any notation. */
export const isZero = (money: Money) => /^[-+]?0*(\.0*)?$/.test(money.amount);

/** True when an amount is below zero. */
export const isNegative = (money: Money) => money.amount.startsWith('-') && !isZero(money);

/** Digits after the point of a currency, as the reader's system knows them. */
export const currencyDigits = (code: string) =>
  numbers({ style: 'currency', currency: code }).resolvedOptions().maximumFractionDigits ?? 2;

/**
 * Reads an amount that a person typed ("38,204.10", "38.204,10", "38204.1") in the
 * reader's notation and returns the decimal string of the API, or null.
 */
export function parseAmount(text: string, code: string): string | null {
  const parts = numbers({ style: 'decimal', useGrouping: true, minimumFractionDigits: 1 }).formatToParts(12345.6);
  const point = parts.find((part) => part.type === 'decimal')?.value ?? '.';
  const group = parts.find((part) => part.type === 'group')?.value ?? ',';
  let plain = text.trim().replace(/[\s\u00a0\u202f’']/g, '').replace(/\p{Sc}/gu, '');
  plain = plain.split(group).join('');
  plain = plain.replace(point, '.').replace('−', '-');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return null;
  const [whole = '0', fraction = ''] = plain.split('.');
  const digits = currencyDigits(code);
  if (fraction.replace(/0+$/, '').length > digits) return null;
  return digits === 0 ? whole : `${whole}.${fraction.slice(0, digits).padEnd(digits, '0')}`;
}

/** A number for drawing only: heights of bars and areas, never for what is written or sent. */
export const toDrawing = (money: Money) => Number.parseFloat(money.amount);
