import type { ClaimFieldsFragment, ClaimStatus } from '@/gql/graphql';
import { formatDate, formatMoney, formatRelative, plural } from '@/lib/format';
import type { Tone } from '@/ui/status';

/** A claim as both pages read it. */
export type Claim = ClaimFieldsFragment;

type Named = Pick<Claim, 'orderNumber' | 'placedOn' | 'amount'>;

/** Which order a claim is about, in the creator's words: "Order 48213", "€89.24 on 12 November". */
export function aboutWords(claim: Named): string {
  if (claim.orderNumber) return `Order ${claim.orderNumber.replace(/^#/, '')}`;
  return claim.amount && claim.placedOn ? `${formatMoney(claim.amount)} on ${formatDate(claim.placedOn)}` : 'An order';
}

const FOR_BRAND: Record<ClaimStatus, { words: string; tone: Tone }> = {
  OPEN: { words: 'Waits for your answer', tone: 'wait' },
  ANSWERED: { words: 'Declined', tone: 'quiet' },
  ACCEPTED: { words: 'Accepted', tone: 'ok' },
  CLOSED: { words: 'Closed', tone: 'quiet' },
};

const FOR_CREATOR: Record<ClaimStatus, { words: string; tone: Tone }> = {
  OPEN: { words: 'Waits for an answer', tone: 'wait' },
  ANSWERED: { words: 'Declined', tone: 'bad' },
  ACCEPTED: { words: 'The sale is yours', tone: 'ok' },
  CLOSED: { words: 'Closed', tone: 'quiet' },
};

type Dated = Pick<Claim, 'status' | 'overdue' | 'answerDueAt' | 'answeredAt' | 'createdAt'>;

/** When an answer was promised, or when it came. */
export function dueWords(claim: Dated, now: Date = new Date()): string {
  if (claim.status !== 'OPEN') return claim.answeredAt ? `answered ${formatRelative(claim.answeredAt, now)}` : 'closed';
  return claim.overdue ? `overdue since ${formatDate(claim.answerDueAt)}` : `answer due ${formatRelative(claim.answerDueAt, now)}`;
}

/** The state of a claim for its brand or its creator; one that is overdue says so. */
export function claimSaid(claim: Dated, side: 'brand' | 'creator'): { words: string; tone: Tone } {
  const said = (side === 'brand' ? FOR_BRAND : FOR_CREATOR)[claim.status];
  return claim.overdue ? { words: 'Overdue', tone: 'bad' } : said;
}

/** A promised time: "3 days", "36 hours". */
export const promiseWords = (hours: number): string => (hours % 24 === 0 ? plural(hours / 24, 'day', 'days') : plural(hours, 'hour', 'hours'));
