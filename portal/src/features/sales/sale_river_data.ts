import type { CreatorSaleQuery } from '@/gql/graphql';
import { difference, isPositive } from '@/lib/amount';
import { formatDate } from '@/lib/format';
import type { RiverData, RiverTouch } from '@/river/model';
import { othersWithCredit, ownLabel, shortReason } from './sale_words';

/** An order as its creator sees it. */
export type Sale = NonNullable<CreatorSaleQuery['order']>;
/** A commission of the order, the reader's own. */
export type SaleCommission = Sale['commissions'][number];

/** The reader's commission that the page is about: the one that carries most of the credit. */
export function mainCommission(sale: Sale): SaleCommission | null {
  return [...sale.commissions].sort((a, b) => b.creditPpm - a.creditPpm)[0] ?? null;
}

function gateOf(commission: SaleCommission): RiverData['gate'] {
  switch (commission.status) {
    case 'PENDING':
      return { until: commission.holdUntil, state: 'HOLDING' };
    case 'HELD':
      return { until: null, state: 'REVIEW', words: 'a person is looking at it' };
    case 'WAITING':
      return { until: null, state: 'WAITING', words: commission.waitingReason === 'NOT_PAID_YET' ? 'the customer has not paid' : 'see below' };
    case 'APPROVED':
    case 'PAID':
      return { until: null, state: 'OPEN', title: 'Return period', words: `over since ${formatDate(commission.approvedAt ?? commission.holdUntil)}` };
    case 'REVERSED':
    case 'VOID':
      return null;
  }
}

function payoutOf(commission: SaleCommission, blocked: boolean): RiverData['payout'] {
  switch (commission.status) {
    case 'REVERSED':
    case 'VOID':
      return null;
    case 'PAID':
      return { at: commission.paidAt ?? null, state: 'PAID' };
    case 'APPROVED':
      return { at: null, state: blocked ? 'BLOCKED' : 'EXPECTED', words: blocked ? 'something blocks it, see below' : 'with the brand’s next payout' };
    default:
      return { at: null, state: blocked ? 'BLOCKED' : 'EXPECTED', words: blocked ? 'something blocks it, see below' : commission.status === 'PENDING' ? `after ${formatDate(commission.holdUntil)}` : 'when that is settled' };
  }
}

/** The river of an order for its creator; null while the credit is being decided. */
export function riverOf(sale: Sale, blocked: boolean): RiverData | null {
  if (!sale.attribution) return null;
  const commission = mainCommission(sale);
  const windowDays = commission?.program.clickWindowDays ?? null;
  const winner = sale.attribution.touches.find((touch) => touch.creditPpm > 0)?.kind ?? null;
  const touches: RiverTouch[] = sale.attribution.touches.map((touch) => ({
    label: ownLabel(touch),
    at: touch.at,
    kind: touch.kind === 'CODE' || touch.kind === 'SURVEY' || touch.kind === 'PERSON' ? touch.kind : (touch.platform ?? touch.kind),
    outcome: touch.outcome,
    reasonWords: touch.creditPpm > 0 ? null : shortReason(touch, { placedAt: sale.placedAt, windowDays, brand: sale.brand.name, winner }),
    creditPpm: touch.creditPpm,
    own: touch.own,
  }));
  const takenBack = commission ? difference(commission.accrued, commission.amount) : null;
  return {
    touches,
    others: othersWithCredit(sale.attribution.credits),
    order: { name: 'The order', at: sale.placedAt, total: sale.total, earning: sale.net },
    commission: commission ? { amount: commission.amount, creditPpm: commission.creditPpm, takenBack: takenBack && isPositive(takenBack) ? takenBack : null } : null,
    gate: commission && gateOf(commission),
    payout: commission && payoutOf(commission, blocked),
  };
}
