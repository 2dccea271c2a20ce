import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { addedUp, changeOf, differenceOf, measureOf, wordsOf, type Figures } from './measure';
import { before, lengthOf, readRange, shiftDay } from './range';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const figures = (changes: Partial<Figures>): Figures => ({ clicks: 0, orders: 0, newCustomers: 0, revenue: eur('0.00'), refunds: eur('0.00'), commission: eur('0.00'), ...changes });

describe('changes', () => {
  it('are in percent for amounts and in points for shares', () => {
    expect(changeOf(measureOf('revenue'), figures({ revenue: eur('84312.00') }), figures({ revenue: eur('73828.00') }))).toEqual({ direction: 'up', good: true, words: '14.2%' });
    expect(changeOf(measureOf('commissionRate'), figures({ commissionRate: 1240 }), figures({ commissionRate: 1210 }))).toEqual({ direction: 'up', good: null, words: '0.3 points' });
  });

  it('are not told where there was nothing before', () => {
    expect(changeOf(measureOf('revenue'), figures({ revenue: eur('10.00') }), figures({}))).toBeNull();
    expect(changeOf(measureOf('conversion'), figures({ conversion: 150 }), figures({ conversion: null }))).toBeNull();
  });

  it('are exact differences beside a row, and a new row is all gain', () => {
    expect(differenceOf(measureOf('revenue'), figures({ revenue: eur('26108.00') }), figures({ revenue: eur('21798.00') }))?.words).toBe('+€4,310');
    expect(differenceOf(measureOf('revenue'), figures({ revenue: eur('5.00') }), figures({ revenue: eur('9.00') }))).toEqual({ direction: 'down', good: false, words: '−€4' });
    expect(differenceOf(measureOf('orders'), figures({ orders: 3.5 }), undefined)?.words).toBe('+3.5');
  });

  it('call more refunds a loss', () => {
    expect(differenceOf(measureOf('refunds'), figures({ refunds: eur('9.00') }), figures({ refunds: eur('4.00') }))).toEqual({ direction: 'up', good: false, words: '+€5' });
  });
});

describe('figures', () => {
  it('are a dash where there is none, and shared orders keep their parts', () => {
    expect(wordsOf(measureOf('conversion'), figures({ conversion: null }))).toBe('–');
    expect(wordsOf(measureOf('orders'), figures({ orders: 12.4 }))).toBe('12.4');
    expect(wordsOf(measureOf('orders'), figures({ orders: 1046.6 }))).toBe('1,047');
  });
});

describe('figures added up', () => {
  it('hold every day before, to the cent', () => {
    const days = [figures({ revenue: eur('0.10') }), figures({ revenue: eur('0.20') }), figures({ revenue: eur('5.00') })];
    expect(addedUp(measureOf('revenue'), days).map((day) => day.revenue.amount)).toEqual(['0.10', '0.30', '5.30']);
    expect(addedUp(measureOf('orders'), [figures({ orders: 1 }), figures({ orders: 2.5 })]).map((day) => day.orders)).toEqual([1, 3.5]);
  });
});

describe('ranges', () => {
  const now = new Date('2026-11-23T13:05:00Z');

  it('end today and compare with the equally long range before', () => {
    const { range } = readRange('30', '', '', now);
    expect(range).toEqual({ from: '2026-10-25', to: '2026-11-23' });
    expect(before(range)).toEqual({ from: '2026-09-25', to: '2026-10-24' });
    expect(lengthOf(before(range))).toBe(30);
  });

  it('know months of any length', () => {
    expect(readRange('month', '', '', now).range).toEqual({ from: '2026-11-01', to: '2026-11-23' });
    expect(readRange('last', '', '', new Date('2026-03-05T00:00:00Z')).range).toEqual({ from: '2026-02-01', to: '2026-02-28' });
    expect(shiftDay('2026-12-31', 1)).toBe('2027-01-01');
  });

  it('refuse days that are reversed, unreadable or too many', () => {
    const fallback = { from: '2026-10-25', to: '2026-11-23' };
    expect(readRange('own', '2026-11-20', '2026-11-01', now).range).toEqual(fallback);
    expect(readRange('own', 'soon', '2026-11-01', now).range).toEqual(fallback);
    expect(readRange('own', '2020-01-01', '2026-11-01', now).range).toEqual(fallback);
    expect(readRange('own', '2026-11-01', '2026-11-20', now).range).toEqual({ from: '2026-11-01', to: '2026-11-20' });
  });
});
