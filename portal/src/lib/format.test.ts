import { beforeEach, describe, expect, it } from 'vitest';
import {
  currencyName,
  formatAmounts,
  formatBasisPoints,
  formatCompact,
  formatDate,
  formatDateTime,
  formatMoney,
  formatNumber,
  formatPercent,
  formatPpm,
  formatRange,
  formatRelative,
  isNegative,
  isZero,
  parseAmount,
  setReader,
} from './format';

const now = new Date('2026-11-23T13:05:00Z');

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

describe('money', () => {
  it('is written with its currency and its own number of digits', () => {
    expect(formatMoney({ amount: '38204.10', currencyCode: 'EUR' })).toBe('€38,204.10');
    expect(formatMoney({ amount: '38.4', currencyCode: 'USD' })).toBe('$38.40');
    expect(formatMoney({ amount: '1200', currencyCode: 'JPY' })).toBe('¥1,200');
    expect(formatMoney({ amount: '1.234', currencyCode: 'KWD' })).toContain('1.234');
  });

  it('is written so within sentences of the server, too', () => {
    expect(formatAmounts('Revenue was EUR 1638.68; half had EUR 995.08 or less.')).toBe('Revenue was €1,638.68; half had €995.08 or less.');
    expect(formatAmounts('The HTTP 200 answer.')).toBe('The HTTP 200 answer.');
  });

  it('keeps every digit of an amount that a float cannot hold', () => {
    expect(formatMoney({ amount: '90071992547409931.27', currencyCode: 'EUR' })).toBe('€90,071,992,547,409,931.27');
  });

  it('shows a loss with a true minus and a gain with a plus when asked', () => {
    expect(formatMoney({ amount: '-12.60', currencyCode: 'EUR' })).toBe('−€12.60');
    expect(formatMoney({ amount: '4310', currencyCode: 'EUR' }, { signed: true, whole: true })).toBe('+€4,310');
    expect(formatMoney({ amount: '-0.00', currencyCode: 'EUR' })).toBe('€0.00');
  });

  it('follows the reader', () => {
    setReader('de-DE', 'Europe/Berlin');
    expect(formatMoney({ amount: '38204.10', currencyCode: 'EUR' })).toBe('38.204,10\u00a0€');
    expect(currencyName('USD')).toBe('US-Dollar');
  });

  it('knows zero and debts in any notation', () => {
    expect(isZero({ amount: '-0.00', currencyCode: 'EUR' })).toBe(true);
    expect(isZero({ amount: '0.01', currencyCode: 'EUR' })).toBe(false);
    expect(isNegative({ amount: '-0.00', currencyCode: 'EUR' })).toBe(false);
    expect(isNegative({ amount: '-3', currencyCode: 'EUR' })).toBe(true);
  });

  it('is read back from what people type', () => {
    expect(parseAmount('38,204.10', 'EUR')).toBe('38204.10');
    expect(parseAmount('€ 38 204.1', 'EUR')).toBe('38204.10');
    expect(parseAmount('12.345', 'EUR')).toBeNull();
    expect(parseAmount('about ten', 'EUR')).toBeNull();
    expect(parseAmount('1200', 'JPY')).toBe('1200');
    setReader('de-DE');
    expect(parseAmount('38.204,10', 'EUR')).toBe('38204.10');
  });
});

describe('numbers and shares', () => {
  it('are written in full or in little room', () => {
    expect(formatNumber(21480)).toBe('21,480');
    expect(formatNumber(-3, { signed: true })).toBe('−3');
    expect(formatCompact(64200)).toBe('64.2k');
  });

  it('are written from ratios, basis points and parts per million', () => {
    expect(formatPercent(0.142, { signed: true })).toBe('+14.2%');
    expect(formatBasisPoints(1250)).toBe('12.5%');
    expect(formatPpm(400_000)).toBe('40%');
    expect(formatPpm(333_333)).toBe('33.3%');
  });
});

describe('times', () => {
  it("are the reader's own day and hour", () => {
    expect(formatDateTime('2026-11-14T18:42:00Z', 'day', now)).toBe('14 November, 19:42');
    expect(formatDateTime('2026-11-23T13:05:00Z', 'weekday', now)).toBe('Monday 23 November 2026, 14:05');
    setReader('en-GB', 'America/New_York');
    expect(formatDateTime('2026-11-14T02:00:00Z', 'short', now)).toBe('13 Nov, 21:00');
  });

  it('carry the year when it is another one', () => {
    expect(formatDate('2027-01-01', 'day', now)).toBe('1 January 2027');
    expect(formatDate('2026-12-14', 'day', now)).toBe('14 December');
  });

  it('keep a bare date on its day everywhere', () => {
    setReader('en-GB', 'Pacific/Auckland');
    expect(formatDate('2026-12-14', 'full', now)).toBe('14 Dec 2026');
    setReader('en-GB', 'America/Los_Angeles');
    expect(formatDate('2026-12-14', 'near', now)).toBe('Mon 14 Dec');
  });

  it('are told relative to now and as ranges', () => {
    expect(formatRelative('2026-11-21T13:00:00Z', now)).toBe('2 days ago');
    expect(formatRelative('2026-11-23T18:05:00Z', now)).toBe('in 5 hours');
    expect(formatRange('2026-11-01', '2026-11-22')).toMatch(/^1\s?–\s?22 November$/);
  });

  it('write a dash for what is not a time', () => {
    expect(formatDate('soon')).toBe('–');
  });
});
