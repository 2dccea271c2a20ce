import type { CommissionStatus, TouchKind, TouchReason, WaitingReason } from '@/gql/graphql';
import { formatDate, formatNumber, formatPpm, plural } from '@/lib/format';
import type { Tone } from '@/ui/status';

/** What a sentence about a sale needs to know of a touch. */
export interface WordedTouch {
  kind: TouchKind;
  at: string;
  own: boolean;
  label: string;
  reason?: TouchReason | null;
  sentence: string;
  creditPpm: number;
}

/** What a state in words needs to know of a commission. */
export interface WordedCommission {
  status: CommissionStatus;
  waitingReason?: WaitingReason | null;
  sentence: string;
  holdUntil: string;
  paidAt?: string | null;
}

/** Good, waiting, lost or over: the colour and icon of a commission's state. */
export const COMMISSION_TONE: Record<CommissionStatus, Tone> = {
  WAITING: 'wait',
  PENDING: 'wait',
  HELD: 'wait',
  APPROVED: 'ok',
  PAID: 'ok',
  REVERSED: 'quiet',
  VOID: 'quiet',
};

/** The states by which a list of sales can be narrowed. */
export const COMMISSION_FILTERS: readonly { value: CommissionStatus; label: string }[] = [
  { value: 'PENDING', label: 'On hold' },
  { value: 'HELD', label: 'Under review' },
  { value: 'APPROVED', label: 'Ready to be paid' },
  { value: 'PAID', label: 'Paid' },
  { value: 'REVERSED', label: 'Taken back' },
  { value: 'WAITING', label: 'Not counted yet' },
  { value: 'VOID', label: 'Nothing earned' },
];

const WAITING: Record<WaitingReason, string> = {
  NOT_PAID_YET: 'Not counted yet: the customer has not paid',
  CAP_REACHED: 'The cap of the program is reached',
  BUDGET_EXHAUSTED: 'The budget of the program is used up',
  NO_RATE: 'No exchange rate yet',
  ZERO_BASE: 'Nothing in the order earns',
};

/** A state in as few words as a table has room for; the server's own sentence says it in full. */
export function stateWords(commission: WordedCommission): string {
  switch (commission.status) {
    case 'WAITING':
      return commission.waitingReason ? WAITING[commission.waitingReason] : commission.sentence;
    case 'PENDING':
      return `On hold until ${formatDate(commission.holdUntil)}`;
    case 'HELD':
      return 'Under review';
    case 'APPROVED':
      return 'Ready to be paid';
    case 'PAID':
      return commission.paidAt ? `Paid on ${formatDate(commission.paidAt)}` : 'Paid';
    case 'REVERSED':
      return 'Taken back';
    case 'VOID':
      return 'Nothing earned';
  }
}

const lowerFirst = (text: string) => text.charAt(0).toLocaleLowerCase() + text.slice(1);

/** "Code MAYA15" becomes "Your code MAYA15"; what is called yours already stays. */
export function ownLabel(touch: Pick<WordedTouch, 'label' | 'own'>): string {
  return touch.own && !/^your\b/i.test(touch.label) ? `Your ${lowerFirst(touch.label)}` : touch.label;
}

/** How many other creators share the credit of an order. */
export const othersWithCredit = (credits: readonly { own: boolean; ppm: number }[]): number => credits.filter((credit) => !credit.own && credit.ppm > 0).length;

function sharedWords(own: readonly WordedTouch[], others: readonly WordedTouch[], creators: number): string {
  const part = (touches: readonly WordedTouch[]) => formatPpm(touches.reduce((total, touch) => total + touch.creditPpm, 0));
  const one = own[0];
  const yours = own.length === 1 && one ? `${lowerFirst(ownLabel(one))} ${part(own)}` : `${own.length === 2 ? 'your two touches' : `your ${own.length} touches`} ${part(own)}`;
  const theirs = others.length === 1 ? `another creator’s touch ${part(others)}` : `${others.length} touches of ${creators > 1 ? 'other creators' : 'another creator'} ${part(others)}`;
  return `Credit is shared: ${yours}, ${theirs}.`;
}

/** Why a sale came to the reader, in one sentence of the reader's own words. */
export function whyItCounted(touches: readonly WordedTouch[], credits: readonly { own: boolean; ppm: number }[]): string {
  const counted = touches.filter((touch) => touch.creditPpm > 0);
  const own = counted.filter((touch) => touch.own);
  const others = counted.filter((touch) => !touch.own);
  const first = own[0];
  if (!first) {
    const lost = touches.filter((touch) => touch.own && touch.reason != null);
    return lost[lost.length - 1]?.sentence ?? 'None of your touches counted for this order.';
  }
  if (others.length > 0) return sharedWords(own, others, othersWithCredit(credits));
  if (own.length > 1) return `${plural(own.length, 'touch', 'touches')} of yours share the whole credit.`;
  if (first.kind === 'PERSON') return first.sentence;
  const label = ownLabel(first);
  const lost = touches.filter((touch) => touch !== first);
  if (lost.length === 0) return `${label} was the only touch before the order.`;
  if (first.kind === 'CODE' && lost.some((touch) => touch.reason === 'LOST_TO_PRECEDENCE')) return `${label} was used, and codes come before links in this program.`;
  if (lost.some((touch) => touch.reason === 'LOST_TO_LATER_TOUCH')) return first.sentence.includes('first one') ? `${label} was the first touch before the order.` : `${label} was the last touch before the order.`;
  return `${label} was the only touch that counts.`;
}

/** Days from a touch to an order; for people, so a day is a day begun. */
const daysBetween = (from: string, to: string) => Math.ceil((Date.parse(to) - Date.parse(from)) / 86_400_000);

const THINGS: Record<TouchKind, string> = { CLICK: 'Links', CODE: 'Codes', BINDING: 'Earlier customers', SURVEY: 'Survey answers', MODELLED: 'Estimated matches', PERSON: 'The brand’s own decisions' };

/** Why a touch earned nothing, short enough to stand beside its stub in the river. */
export function shortReason(touch: WordedTouch, order: { placedAt: string; windowDays: number | null; brand?: string; winner?: TouchKind | null }): string {
  const things = THINGS[touch.kind];
  switch (touch.reason) {
    case null:
    case undefined:
      return touch.sentence;
    case 'OUTSIDE_WINDOW':
      return order.windowDays === null
        ? `${plural(daysBetween(touch.at, order.placedAt), 'day', 'days')} before the order, which is too long.`
        : `${plural(daysBetween(touch.at, order.placedAt), 'day', 'days')} before the order. ${things} count for ${plural(order.windowDays, 'day', 'days')} here.`;
    case 'AFTER_ORDER':
      return 'It came after the order.';
    case 'LOST_TO_PRECEDENCE':
      if (order.winner === 'PERSON') return 'The brand decided itself who had brought it.';
      return order.winner && order.winner !== touch.kind ? `${THINGS[order.winner]} come before ${lowerFirst(things)} ${order.brand ? `at ${order.brand}` : 'in this program'}.` : `Something stronger than ${lowerFirst(things)} was found.`;
    case 'LOST_TO_LATER_TOUCH':
      return 'Another touch of the same kind took the credit.';
    case 'PARTNERSHIP_INACTIVE':
      return 'The partnership was not active then.';
    case 'PROGRAM_INACTIVE':
      return 'The program was not active then.';
    case 'TERMS_NOT_ACCEPTED':
      return 'The terms were not accepted yet.';
    case 'SELF_REFERRAL':
      return 'Own purchases do not earn.';
    case 'FRAUD':
      return 'A person found that this was no ordinary purchase.';
    case 'BOT':
      return 'A robot clicked, not a person.';
    case 'DUPLICATE':
      return 'The same touch, sent twice. It counts once.';
    case 'CODE_EXPIRED':
      return 'The code had ended.';
    case 'CODE_LEAKED':
      return 'The code was found on coupon sites.';
    case 'BANNED_SOURCE':
      return 'From a place that the program forbids.';
    case 'EXCLUDED_PRODUCT':
      return 'Nothing in the order may earn.';
    case 'EXISTING_CUSTOMER':
      return 'The program pays for new customers only.';
    case 'BINDING_ENDED':
      return 'The time of the customer tie was over.';
    case 'TEST_ORDER':
      return 'A test order never earns.';
    case 'BELOW_CONFIDENCE':
      return 'The match was too unsure.';
    case 'CONSENT_DENIED':
      return 'The shopper did not allow it.';
  }
}

/** "3 touches counted, 2 did not." */
export function countedWords(touches: readonly { creditPpm: number }[]): string {
  const counted = touches.filter((touch) => touch.creditPpm > 0).length;
  const rest = touches.length - counted;
  const did = counted === 0 ? 'No touch counted' : `${plural(counted, 'touch', 'touches')} counted`;
  if (rest === 0) return `${did}.`;
  return counted === 0 ? `${did}: ${rest === 1 ? 'one was' : `${rest} were`} found.` : `${did}, ${rest} did not.`;
}

/** What was bought: the goods by name, the first three of them; the same twice is one with its number. */
export function boughtWords(lines: readonly { name: string; kind: string; quantity: number }[]): string {
  const goods = lines.filter((line) => line.kind === 'PRODUCT');
  const counts = new Map<string, number>();
  for (const line of goods.length > 0 ? goods : lines) counts.set(line.name, (counts.get(line.name) ?? 0) + line.quantity);
  const named = [...counts].map(([name, count]) => (count > 1 ? `${name} × ${formatNumber(count)}` : name));
  if (named.length === 0) return 'An order';
  const shown = named.length <= 3 ? named : [...named.slice(0, 2), `${named.length - 2} more`];
  // Names such as "House Blend, 1 kg" have commas of their own.
  return shown.join(shown.some((name) => name.includes(',')) ? '; ' : ', ');
}
