import { shortReason } from '@/features/sales/sale_words';
import type { BrandOrderQuery } from '@/gql/graphql';
import { difference, isPositive, sum } from '@/lib/amount';
import { plural } from '@/lib/format';
import type { RiverData } from '@/river/model';

/** An order as its brand sees it. */
export type Order = NonNullable<BrandOrderQuery['order']>;

/** The touch's words with its creator's name, unless the words carry it already. */
function labelOf(touch: NonNullable<Order['attribution']>['touches'][number]): string {
  const name = touch.creator?.name;
  const first = name?.split(/\s+/)[0] ?? '';
  return !name || touch.label.includes(first) ? touch.label : `${name}, ${touch.label}`;
}

/** The river of an order for its brand: every creator's stream is drawn, and all commissions together. */
export function orderRiver(order: Order): RiverData | null {
  if (!order.attribution || order.attribution.touches.length === 0) return null;
  const live = order.commissions.filter((commission) => commission.status !== 'VOID');
  const code = live[0]?.amount.currencyCode;
  const same = live.filter((commission) => commission.amount.currencyCode === code);
  const amount = sum(same.map((commission) => commission.amount));
  const accrued = sum(same.map((commission) => commission.accrued));
  const takenBack = amount && accrued ? difference(accrued, amount) : null;
  const winner = order.attribution.touches.find((touch) => touch.creditPpm > 0)?.kind ?? null;
  const credit = order.attribution.touches.reduce((total, touch) => total + touch.creditPpm, 0);
  const latest = same.map((commission) => commission.holdUntil).sort().at(-1) ?? null;
  const any = (status: string) => same.some((commission) => commission.status === status);
  const paid = same.length > 0 && same.every((commission) => commission.status === 'PAID');
  const earning = same.some((commission) => commission.status !== 'REVERSED');
  const windowDays = order.commissions[0]?.program.clickWindowDays ?? null;
  const gate: RiverData['gate'] = !earning
    ? null
    : any('HELD')
      ? { until: null, state: 'REVIEW', words: 'a person decides' }
      : any('WAITING')
        ? { until: null, state: 'WAITING', words: order.payment === 'AWAITING_PAYMENT' ? 'the customer has not paid' : 'see below' }
        : any('PENDING')
          ? { until: latest, state: 'HOLDING' }
          : { until: null, state: 'OPEN', title: 'Return period', words: 'over, nothing blocks it' };
  const paidAt = same.map((commission) => commission.paidAt).filter((at) => at != null).sort().at(-1) ?? null;
  return {
    touches: order.attribution.touches.map((touch) => ({
      label: labelOf(touch),
      at: touch.at,
      kind: touch.kind === 'CODE' || touch.kind === 'SURVEY' || touch.kind === 'PERSON' ? touch.kind : (touch.platform ?? touch.kind),
      outcome: touch.outcome,
      reasonWords: touch.creditPpm > 0 ? null : shortReason(touch, { placedAt: order.placedAt, windowDays, winner }),
      creditPpm: touch.creditPpm,
      own: true,
    })),
    others: 0,
    order: { name: order.name, at: order.placedAt, total: order.total, earning: order.net },
    commissionLabel: 'Commission',
    commission: amount && earning ? { amount, creditPpm: credit, takenBack: takenBack && isPositive(takenBack) ? takenBack : null } : null,
    gate,
    payout: earning ? { at: paid ? paidAt : null, state: paid ? 'PAID' : 'EXPECTED', words: `to ${plural(new Set(same.map((commission) => commission.creator.id)).size, 'creator', 'creators')}` } : null,
  };
}
