import { beforeEach, describe, expect, it } from 'vitest';
import { measureOf, type Figures } from '@/figures/measure';
import { setReader } from '@/lib/format';
import { restOf, seriesOf, type Stream } from './series';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const figures = (revenue: string, orders = 0): Figures => ({ clicks: 0, orders, newCustomers: 0, revenue: eur(revenue), refunds: eur('0.00'), commission: eur('0.00') });
const revenue = measureOf('revenue');

describe('streams', () => {
  it('leave the exact rest to the others', () => {
    expect(restOf(revenue, figures('100.30'), [figures('70.10'), figures('10.10')]).revenue).toEqual(eur('20.10'));
    expect(restOf(measureOf('orders'), figures('0.00', 9), [figures('0.00', 4), figures('0.00', 2)]).orders).toBe(3);
  });

  it('get an "Others" only when there are groups beyond them', () => {
    const streams: Stream[] = [{ key: 'a', label: 'Anaïs', only: { creatorId: 'a' }, total: figures('70.00') }, { key: 'b', label: 'Ben', only: { creatorId: 'b' }, total: figures('20.00') }];
    const days = new Map([['a', [figures('70.00')]], ['b', [figures('20.00')]]]);
    const all = [figures('100.00')];
    expect(seriesOf(revenue, streams, days, all, figures('100.00'), 2).map((series) => series.key)).toEqual(['a', 'b']);
    const three = seriesOf(revenue, streams, days, all, figures('100.00'), 3);
    expect(three.map((series) => series.key)).toEqual(['a', 'b', 'others']);
    expect(three[2]?.total).toBe('€10');
    expect(three[2]?.points[0]).toEqual({ size: 10, text: '€10.00' });
  });
});
