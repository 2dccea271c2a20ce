import { beforeAll, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { mainCommission, riverOf, type Sale } from './sale_river_data';
import { whatCouldChange } from './what_could_change';

beforeAll(() => setReader('en-GB', 'UTC'));

const eur = (amount: string) => ({ __typename: 'Money' as const, amount, currencyCode: 'EUR' });

function sale(over: Partial<Sale['commissions'][number]> = {}): Sale {
  return {
    __typename: 'Order',
    id: 'ord_1',
    name: '48213',
    placedAt: '2026-11-14T19:42:00Z',
    paidAt: '2026-11-14T19:43:00Z',
    payment: 'PAID',
    total: eur('136.10'),
    net: eur('89.24'),
    brand: { __typename: 'Brand', id: 'brd_1', name: 'Lumen Skin' },
    refunds: [],
    attribution: {
      __typename: 'Attribution',
      id: 'dec_1',
      version: 1,
      rule: 'Codes come first.',
      policy: { __typename: 'AttributionPolicy', id: 'pol_1', version: 4 },
      touches: [
        { __typename: 'Touch', kind: 'CLICK', at: '2026-10-09T18:22:00Z', platform: 'YOUTUBE', own: true, label: 'Your YouTube link', outcome: 'NOT_COUNTED', reason: 'OUTSIDE_WINDOW', sentence: 'Long.', creditPpm: 0 },
        { __typename: 'Touch', kind: 'CODE', at: '2026-11-14T19:42:00Z', platform: 'INSTAGRAM', own: true, label: 'Code MAYA15', outcome: 'COUNTED', reason: null, sentence: 'This code counted.', creditPpm: 1_000_000 },
      ],
      credits: [{ __typename: 'Credit', own: true, ppm: 1_000_000 }],
    },
    commissions: [
      {
        __typename: 'Commission',
        id: 'com_1',
        status: 'PENDING',
        waitingReason: null,
        sentence: 'On hold until 14 December (return period)',
        creditPpm: 1_000_000,
        occurredAt: '2026-11-14T19:42:00Z',
        holdUntil: '2026-12-14T00:00:00Z',
        approvedAt: null,
        paidAt: null,
        amount: eur('8.98'),
        accrued: eur('8.98'),
        trace: [{ __typename: 'CommissionLine', name: 'Barrier Cream', quantity: 2, rate: 1500, rateName: 'Standard rate', net: eur('57.48'), share: eur('34.49'), amount: eur('5.17') }],
        offer: null,
        program: { __typename: 'Program', id: 'prg_1', name: 'Glow Circle', clickWindowDays: 30, holdDays: 30 },
        ...over,
      },
    ],
  };
}

describe('the river of a creator’s sale', () => {
  it('takes icon and words from each touch', () => {
    const river = riverOf(sale(), false);
    expect(river?.touches.map((touch) => [touch.kind, touch.label, touch.reasonWords])).toEqual([
      ['YOUTUBE', 'Your YouTube link', '37 days before the order. Links count for 30 days here.'],
      ['CODE', 'Your code MAYA15', null],
    ]);
    expect(river?.gate).toEqual({ until: '2026-12-14T00:00:00Z', state: 'HOLDING' });
    expect(river?.commission?.takenBack).toBeNull();
  });

  it('shows what a refund took back and ends there', () => {
    const river = riverOf(sale({ status: 'REVERSED', amount: eur('0.00') }), false);
    expect(river?.commission?.takenBack).toEqual({ amount: '8.98', currencyCode: 'EUR' });
    expect([river?.gate, river?.payout]).toEqual([null, null]);
  });

  it('says that something blocks the payout', () => {
    expect(riverOf(sale({ status: 'APPROVED', approvedAt: '2026-12-14T00:00:00Z' }), true)?.payout).toMatchObject({ state: 'BLOCKED' });
  });

  it('has nothing of the reader where the reader earned nothing', () => {
    const without = { ...sale(), commissions: [] };
    expect(mainCommission(without)).toBeNull();
    expect(riverOf(without, false)).toMatchObject({ commission: null, gate: null, payout: null });
    expect(riverOf({ ...without, attribution: null }, false)).toBeNull();
  });
});

describe('what could still change', () => {
  it('names amounts and the day', () => {
    const commission = mainCommission(sale());
    expect(commission && whatCouldChange(commission)).toBe('If the customer sends something back, its part is taken off: €5.17 for Barrier Cream. After 14 December it would come off your next payout.');
  });
});
