import type { PayoutRunStatus, PayoutStatus, SkipReason } from '@/gql/graphql';
import { formatNumber } from '@/lib/format';
import type { IconName } from '@/ui/icon';
import type { Tone } from '@/ui/status';

interface Said {
  words: string;
  tone: Tone;
  icon?: IconName;
}

const RUN: Record<PayoutRunStatus, Said> = {
  PREPARED: { words: 'Waits for approval', tone: 'wait' },
  APPROVED: { words: 'Approved, not sent yet', tone: 'wait' },
  SENDING: { words: 'Sending', tone: 'wait', icon: 'arrow-right' },
  PAUSED: { words: 'Paused', tone: 'wait', icon: 'pause' },
  COMPLETED: { words: 'Done', tone: 'ok' },
  COMPLETED_WITH_FAILURES: { words: 'Done, some were refused', tone: 'bad' },
  CANCELLED: { words: 'Called off', tone: 'quiet' },
  REJECTED: { words: 'Rejected', tone: 'quiet' },
};

const PAYOUT: Record<PayoutStatus, Said> = {
  PREPARED: { words: 'Waits for approval', tone: 'wait' },
  APPROVED: { words: 'Approved, not sent yet', tone: 'wait' },
  RESERVED: { words: 'Still to send', tone: 'quiet', icon: 'more' },
  SENDING: { words: 'With Stripe now', tone: 'wait' },
  UNKNOWN: { words: 'No answer from Stripe yet', tone: 'wait' },
  WAITING: { words: 'Waits for money at Stripe', tone: 'wait' },
  EXPORTED: { words: 'To be paid outside Stripe', tone: 'wait' },
  PAID: { words: 'Paid', tone: 'ok' },
  FAILED: { words: 'Stripe refused the transfer', tone: 'bad' },
  SKIPPED: { words: 'Left out', tone: 'quiet' },
  CANCELLED: { words: 'Called off', tone: 'quiet' },
  CLOSED: { words: 'Taken by a later run', tone: 'quiet' },
  PARTLY_REVERSED: { words: 'Part came back', tone: 'bad' },
  REVERSED: { words: 'All came back', tone: 'bad' },
};

const SKIP: Record<SkipReason, Said & { counted: string }> = {
  BELOW_MINIMUM: { words: 'Below the minimum', counted: 'below the minimum', tone: 'wait' },
  NO_PAYOUT_ACCOUNT: { words: 'No Stripe account', counted: 'without a Stripe account', tone: 'quiet', icon: 'wallet' },
  TRANSFERS_INACTIVE: { words: 'Stripe stopped transfers', counted: 'cannot receive transfers', tone: 'bad' },
  NEGATIVE_BALANCE: { words: 'Owes back after a refund', counted: 'owe money back', tone: 'bad', icon: 'minus' },
  UNDER_REVIEW: { words: 'Under review', counted: 'under review', tone: 'wait', icon: 'shield' },
  CURRENCY_UNSUPPORTED: { words: 'Stripe cannot pay this currency there', counted: 'where Stripe cannot pay this currency', tone: 'bad' },
  BALANCE_CHANGED: { words: 'The balance fell after preparation', counted: 'whose balance fell since', tone: 'wait', icon: 'arrow-down' },
};

/** The state of a run. */
export const runSaid = (status: PayoutRunStatus): Said => RUN[status];

/** The state of one payout. */
export const payoutSaid = (status: PayoutStatus): Said => PAYOUT[status];

/** Why a creator is left out. */
export const skipSaid = (reason: SkipReason): Said => SKIP[reason];

/** How many wait for which reason, the most frequent first: "12 below the minimum". */
export function countSkips(skipped: readonly { reason: SkipReason }[]): { reason: SkipReason; count: number; words: string }[] {
  const counts = new Map<SkipReason, number>();
  for (const { reason } of skipped) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts].map(([reason, count]) => ({ reason, count, words: SKIP[reason].counted })).sort((a, b) => b.count - a.count);
}

/** "412 creators", "1 creator". */
export const creators = (count: number): string => `${formatNumber(count)} ${count === 1 ? 'creator' : 'creators'}`;

/** Runs that are over: nothing moves in them any more unless somebody retries. */
export const isOver = (status: PayoutRunStatus): boolean => status === 'COMPLETED' || status === 'COMPLETED_WITH_FAILURES' || status === 'CANCELLED' || status === 'REJECTED';

/** Runs whose payouts are on their way. */
export const isMoving = (status: PayoutRunStatus): boolean => status === 'SENDING' || status === 'PAUSED';
