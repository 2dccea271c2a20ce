import type { BankArrival, PayoutAccountStatus, PayoutStatus, SkipReason } from '@/gql/graphql';
import { isPositive, negated } from '@/lib/amount';
import { formatAmounts, formatDate, formatMoney, isNegative, isZero, type Money } from '@/lib/format';
import type { Tone } from '@/ui/status';

/** One line of what a payout depends on. */
export interface Check {
  tone: Tone;
  words: string;
  /** The reason it stands for; lines without one are facts. */
  reason?: SkipReason;
}

/** What the lines of a plan are made of. */
export interface WordedPlan {
  brand: { name: string };
  amount: Money;
  minimum: Money;
  funded: boolean;
  blockers: readonly { reason: SkipReason; sentence: string }[];
}

/** Blockers that a person can end at Stripe. */
export const AT_STRIPE: readonly SkipReason[] = ['NO_PAYOUT_ACCOUNT', 'TRANSFERS_INACTIVE'];

const BLOCKER_TONE: Record<SkipReason, Tone> = {
  BELOW_MINIMUM: 'wait',
  NO_PAYOUT_ACCOUNT: 'bad',
  TRANSFERS_INACTIVE: 'bad',
  NEGATIVE_BALANCE: 'wait',
  UNDER_REVIEW: 'wait',
  CURRENCY_UNSUPPORTED: 'bad',
  BALANCE_CHANGED: 'wait',
};

/** A blocker in the reader's own words and notation; the server's sentence where there are no better ones. */
function blockerWords(plan: WordedPlan, blocker: WordedPlan['blockers'][number]): string {
  switch (blocker.reason) {
    case 'BELOW_MINIMUM':
      return `Below the minimum of ${formatMoney(plan.minimum)}; it stays and grows`;
    case 'NO_PAYOUT_ACCOUNT':
      return 'Stripe does not know you yet, so this payout waits';
    case 'TRANSFERS_INACTIVE':
      return 'Stripe needs answers from you, or this payout waits';
    case 'NEGATIVE_BALANCE':
      return `${formatMoney(negated(plan.amount))} is owed back after refunds; your next sales settle it`;
    default:
      return formatAmounts(blocker.sentence);
  }
}

/** What holds already and what still blocks a payout, good news first. */
export function checksOf(plan: WordedPlan): Check[] {
  const blocked = (reason: SkipReason) => plan.blockers.some((blocker) => blocker.reason === reason);
  const checks: Check[] = [];
  if (!blocked('BELOW_MINIMUM') && !blocked('NEGATIVE_BALANCE') && !isZero(plan.minimum) && isPositive(plan.amount)) {
    checks.push({ tone: 'ok', words: `Above the minimum of ${formatMoney(plan.minimum)}` });
  }
  if (isPositive(plan.amount)) {
    checks.push(plan.funded ? { tone: 'ok', words: `${plan.brand.name} has set the money aside` } : { tone: 'wait', words: `${plan.brand.name} has not set the money aside yet` });
  }
  for (const blocker of plan.blockers) checks.push({ tone: BLOCKER_TONE[blocker.reason], words: blockerWords(plan, blocker), reason: blocker.reason });
  return checks;
}

/** The plan that a page shows first: what can be paid soonest, then what is largest. */
export function leadingPlan<Plan extends WordedPlan & { upcoming: readonly { date: string }[] }>(plans: readonly Plan[]): Plan | null {
  const rank = (plan: Plan) => (isPositive(plan.amount) ? (plan.blockers.length === 0 ? 0 : 1) : plan.upcoming.length > 0 ? 2 : 3);
  const size = (plan: Plan) => Number.parseFloat(plan.amount.amount);
  return [...plans].sort((a, b) => rank(a) - rank(b) || size(b) - size(a))[0] ?? null;
}

/** One line for a brand that is not in front: "waits until your balance there reaches $50.00". */
export function waitingWords(plan: WordedPlan & { upcoming: readonly { date: string; amount: Money }[] }): string {
  const blocker = plan.blockers[0];
  if (blocker?.reason === 'BELOW_MINIMUM' && !isNegative(plan.amount)) return `waits until your balance there reaches ${formatMoney(plan.minimum)}. Nothing to do.`;
  if (blocker) return `waits. ${blockerWords(plan, blocker)}.`.replace('..', '.');
  if (isPositive(plan.amount)) return plan.funded ? 'goes out with the brand’s next payout. Nothing to do.' : 'waits until the brand has set the money aside. Nothing to do.';
  const next = plan.upcoming[0];
  return next ? `${formatMoney(next.amount)} becomes ready on ${formatDate(next.date)}. Nothing to do.` : 'Nothing is waiting here.';
}

const ACCOUNT: Record<PayoutAccountStatus, { tone: Tone; words: string }> = {
  ONBOARDING: { tone: 'wait', words: 'Stripe still needs something from you' },
  ENABLED: { tone: 'ok', words: 'You can be paid' },
  RESTRICTED: { tone: 'bad', words: 'Stripe stopped transfers' },
  DISCONNECTED: { tone: 'bad', words: 'The account is no longer connected' },
};

/** Where a creator stands with Stripe. */
export const accountWords = (status: PayoutAccountStatus): { tone: Tone; words: string } => ACCOUNT[status];

const PAYOUT_TONE: Record<PayoutStatus, Tone> = {
  PREPARED: 'wait',
  APPROVED: 'wait',
  RESERVED: 'wait',
  SENDING: 'wait',
  UNKNOWN: 'wait',
  WAITING: 'wait',
  EXPORTED: 'wait',
  PAID: 'ok',
  FAILED: 'bad',
  SKIPPED: 'quiet',
  CANCELLED: 'quiet',
  CLOSED: 'quiet',
  PARTLY_REVERSED: 'bad',
  REVERSED: 'bad',
};

const PAYOUT_WORDS: Record<PayoutStatus, string> = {
  PREPARED: 'Prepared',
  APPROVED: 'Approved, not sent yet',
  RESERVED: 'Money set aside, not sent yet',
  SENDING: 'With Stripe now',
  UNKNOWN: 'No answer from Stripe yet',
  WAITING: 'Waits for money at Stripe',
  EXPORTED: 'The brand pays it elsewhere',
  PAID: 'Paid',
  FAILED: 'Stripe refused the transfer',
  SKIPPED: 'Left out this time',
  CANCELLED: 'Called off',
  CLOSED: 'Taken up by a later payout',
  PARTLY_REVERSED: 'Part came back',
  REVERSED: 'Came back',
};

/** The state of a payout in words, with its day where it has one. */
export function payoutWords(payout: { status: PayoutStatus; paidAt?: string | null }): { tone: Tone; words: string } {
  const words = payout.status === 'PAID' && payout.paidAt ? `Paid on ${formatDate(payout.paidAt)}` : PAYOUT_WORDS[payout.status];
  return { tone: PAYOUT_TONE[payout.status], words };
}

const BANK: Partial<Record<BankArrival, string>> = {
  ON_THE_WAY: 'On the way to your bank',
  ARRIVED: 'At your bank',
  BANK_REFUSED: 'Your bank refused it; it waits at Stripe. Check the bank account there.',
};

/** What happened after the transfer, where Stripe told. */
export const bankWords = (arrival: BankArrival): string | null => BANK[arrival] ?? null;
