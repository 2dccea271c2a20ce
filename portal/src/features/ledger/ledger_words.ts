import type { LedgerAccountKind } from '@/gql/graphql';
import { sum } from '@/lib/amount';
import { isNegative, type Money } from '@/lib/format';

const ACCOUNTS: Record<LedgerAccountKind, { number: string; name: string }> = {
  FUNDS: { number: '1100', name: 'Spendable funds' },
  FUNDS_PENDING: { number: '1110', name: 'Funds announced' },
  FUNDS_RESERVED: { number: '1120', name: 'Set aside for payouts' },
  CREATOR_ADVANCE: { number: '1200', name: 'Advances to creators' },
  SUSPENSE: { number: '1900', name: 'Unexplained movements' },
  CREATOR_PENDING: { number: '2100', name: 'Earned, return period running' },
  CREATOR_HELD: { number: '2110', name: 'Under review' },
  CREATOR_PAYABLE: { number: '2200', name: 'May be paid' },
  PAYOUT_IN_TRANSIT: { number: '2300', name: 'On its way to creators' },
  DUE_TO_OPERATOR: { number: '2400', name: 'Credit drawn from the operator' },
  BRAND_TREASURY: { number: '3100', name: 'The brand’s own bank' },
  FX_CLEARING: { number: '3200', name: 'Conversions' },
  COMMISSION_EXPENSE: { number: '5100', name: 'Commissions' },
  BONUS_EXPENSE: { number: '5110', name: 'Bonuses' },
  CONTENT_FEE_EXPENSE: { number: '5120', name: 'Fees for content' },
  REVENUE_SHARE_EXPENSE: { number: '5130', name: 'Shares of revenue' },
  ADJUSTMENT_EXPENSE: { number: '5140', name: 'Adjustments' },
  PROVIDER_FEES: { number: '5200', name: 'Stripe’s fees' },
  CLAWBACK_WRITE_OFF: { number: '5300', name: 'Debts given up' },
  OPERATOR_FLOAT: { number: '8100', name: 'The operator’s float' },
  OPERATOR_RECEIVABLE: { number: '8200', name: 'Credit given to brands' },
  OPERATOR_TREASURY: { number: '8300', name: 'The operator’s bank' },
  OPERATOR_FEES: { number: '8400', name: 'Stripe’s fees of no brand' },
};

/** An account's number and name. */
export const accountSaid = (kind: LedgerAccountKind): { number: string; name: string } => ACCOUNTS[kind];

const KINDS: Record<string, string> = {
  COMMISSION_ACCRUED: 'Commission earned',
  COMMISSION_LOWERED: 'Commission lowered',
  COMMISSION_RAISED: 'Commission raised',
  HOLD_OPENED: 'Put under review',
  HOLD_RELEASED: 'Review released',
  HOLD_REJECTED: 'Taken back after review',
  COMMISSION_APPROVED: 'Return period over',
  COMMISSION_AWARDED: 'Given by the brand',
  COMMISSION_CLAWED_BACK: 'Taken back after a refund',
  PAYOUT_RESERVED: 'Set aside for a payout',
  PAYOUT_SETTLED: 'Payout made',
  PAYOUT_FAILED: 'Payout refused',
  PAYOUT_REVERSED: 'Payout came back',
  PAYOUT_RETURNED: 'Payout returned',
  CREDIT_DRAWN: 'Credit drawn',
  TOPUP_REVERSED: 'Top-up taken back',
  FUNDING_RECORDED: 'Money set aside',
  PROVIDER_FEE: 'Fee of Stripe',
};

/** What happened, for people; kinds that are not known yet are spelled as words. */
export const kindSaid = (kind: string): string => KINDS[kind] ?? kind.charAt(0) + kind.slice(1).toLowerCase().replaceAll('_', ' ');

/** The size of a posting: the sum of its debits, in its first currency. */
export function sizeOfPosting(entries: readonly { amount: Money }[]): Money | null {
  const first = entries[0]?.amount.currencyCode;
  return sum(entries.map((entry) => entry.amount).filter((amount) => amount.currencyCode === first && !isNegative(amount)));
}
