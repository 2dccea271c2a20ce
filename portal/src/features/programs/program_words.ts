import type { ApplicationStatus, PartnershipStatus, PauseKind, TouchKind } from '@/gql/graphql';
import { currencyDigits, formatList, formatMoney, plural, sentenceCase, type Money } from '@/lib/format';
import type { Tone } from '@/ui/status';

/** A state in words with its tone. */
export interface StateWords {
  tone: Tone;
  words: string;
}

const PAUSED: Record<PauseKind, string> = {
  BRAND: 'Paused by the brand',
  COMPLIANCE: 'Paused: a rule of the program was broken',
  TERMS: 'Paused until you accept the new terms',
  FRAUD: 'Paused while a person looks at it',
};

/** How a creator stands in a program. */
export function partnershipWords(partnership: { status: PartnershipStatus; pauseKind?: PauseKind | null }): StateWords {
  switch (partnership.status) {
    case 'INVITED':
      return { tone: 'wait', words: 'You are invited' };
    case 'AWAITING_TERMS':
      return { tone: 'wait', words: 'Waits for you to accept the terms' };
    case 'ACTIVE':
      return { tone: 'ok', words: 'Links and codes earn' };
    case 'PAUSED':
      return { tone: 'wait', words: partnership.pauseKind ? PAUSED[partnership.pauseKind] : 'Paused' };
    case 'RETIRING':
      return { tone: 'wait', words: 'Ends soon, links still earn' };
    case 'RETIRED':
      return { tone: 'quiet', words: 'Over' };
    case 'EXPIRED':
      return { tone: 'quiet', words: 'The invitation ran out' };
    case 'DECLINED':
      return { tone: 'quiet', words: 'You said no' };
  }
}

/** What became of an application, as the creator reads it. */
export function applicationWords(status: ApplicationStatus): StateWords {
  switch (status) {
    case 'SUBMITTED':
      return { tone: 'wait', words: 'Waits for the brand' };
    case 'APPROVED':
      return { tone: 'ok', words: 'You are in' };
    case 'DECLINED':
      return { tone: 'quiet', words: 'Not this time' };
    case 'WAITLISTED':
      return { tone: 'wait', words: 'The brand decides later' };
    case 'WITHDRAWN':
      return { tone: 'quiet', words: 'You took it back' };
  }
}

const TOUCHES: Record<TouchKind, string> = {
  CLICK: 'links',
  CODE: 'codes',
  BINDING: 'customers that you brought before',
  SURVEY: 'customers who name you',
  MODELLED: 'estimated matches',
  PERSON: 'the brand’s own word',
};

/** "Links and codes". */
export function touchWords(kinds: readonly TouchKind[]): string {
  const words = formatList(kinds.map((kind) => TOUCHES[kind]));
  return sentenceCase(words);
}

/** "30 days", and what no days mean. */
export const holdWords = (days: number): string => (days === 0 ? 'None' : plural(days, 'day', 'days'));

/** Terms as far as an example needs them. */
interface ExampleOffer {
  kind: 'PERCENT' | 'FLAT_PER_ORDER' | 'FLAT_PER_UNIT';
  rate?: number | null;
  flatAmount?: Money | null;
}

/** What an order of 100 in the program's currency earns, in words; null where an example would mislead. */
export function exampleWords(offer: ExampleOffer, currencyCode: string): string | null {
  if (offer.kind !== 'PERCENT') return offer.flatAmount ? `Every ${offer.kind === 'FLAT_PER_ORDER' ? 'order' : 'unit sold'} earns ${formatMoney(offer.flatAmount)}.` : null;
  if (offer.rate == null || currencyDigits(currencyCode) !== 2) return null;
  // Of 100.00 a rate in hundredths of a percent is that many hundredths.
  const earned = `${Math.trunc(offer.rate / 100)}.${String(offer.rate % 100).padStart(2, '0')}`;
  return `An order of ${formatMoney({ amount: '100', currencyCode }, { whole: true })} without tax and shipping earns you ${formatMoney({ amount: earned, currencyCode })}.`;
}
