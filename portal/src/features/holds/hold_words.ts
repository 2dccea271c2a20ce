import type { HoldFieldsFragment, HoldSignal, HoldStatus } from '@/gql/graphql';
import type { IconName } from '@/ui/icon';
import { formatNumber } from '@/lib/format';
import type { Tone } from '@/ui/status';

const SIGNALS: Record<HoldSignal, { words: string; icon: IconName }> = {
  PERSON: { words: 'Somebody held it back', icon: 'person' },
  SELF_REFERRAL: { words: 'The buyer looks like the creator', icon: 'people' },
  CODE_LEAK: { words: 'The code seems to have leaked', icon: 'tag' },
  CLICK_FLOOD: { words: 'Too many clicks from one place', icon: 'link' },
  CLICK_TO_ORDER_TIME: { words: 'Faster than a shopper could be', icon: 'clock' },
  SAME_NETWORK: { words: 'Many orders from one network', icon: 'globe' },
  REFUND_RATE: { words: 'Far more refunds than others', icon: 'retry' },
  CHARGEBACK: { words: 'The customer’s bank disputes it', icon: 'bank' },
  BANNED_SOURCE: { words: 'The visit came from a banned place', icon: 'globe' },
  PAUSED_PARTNERSHIP: { words: 'The partnership was paused', icon: 'pause' },
};

/** What raised a hold, in words. */
export const signalSaid = (signal: HoldSignal): { words: string; icon: IconName } => SIGNALS[signal];

const STATES: Record<HoldStatus, { words: string; tone: Tone }> = {
  OPEN: { words: 'Waits for a decision', tone: 'wait' },
  RELEASED: { words: 'Released', tone: 'ok' },
  REJECTED: { words: 'Taken back', tone: 'bad' },
};

/** The state of a hold. */
export const holdSaid = (status: HoldStatus): { words: string; tone: Tone } => STATES[status];

type Evidence = HoldFieldsFragment['evidence'][number];

/** One thing that was seen, with its figures. */
export function evidenceSaid({ kind, seen, limit, name }: Evidence): string {
  const figure = (value: number | null | undefined): string => formatNumber(value ?? 0);
  switch (kind) {
    case 'SAME_EMAIL':
      return 'The buyer’s e-mail address is the one the creator signs in with and has confirmed.';
    case 'SAME_UNCONFIRMED_EMAIL':
      return 'The buyer’s e-mail address is the one the creator signs in with. The creator has not confirmed it.';
    case 'SAME_CUSTOMER':
      return seen === 1 ? 'The buyer’s account at the shop has ordered once before with the creator’s e-mail address.' : `The buyer’s account at the shop has ordered ${figure(seen)} times before with the creator’s e-mail address.`;
    case 'FAST_ORDER':
      return `The order came ${seen === 1 ? '1 second' : `${figure(seen)} seconds`} after the first click on the creator’s link. A shopper takes at least ${figure(limit)} seconds.`;
    case 'ORDERS_OF_NETWORK':
      return `This is order ${figure(seen)} by the creator’s links from one network on one day. From order ${figure(limit)} on they are held.`;
    case 'PAUSED':
      return 'The partnership was paused for a breach of rules, or on suspicion of fraud, when the order came. The visit came before.';
    case 'LEAKED_CODE':
      return `Code ${name ?? ''} is known to have leaked.`;
    case 'BANNED_SOURCE':
      return `The visitor came from ${name || 'a place'}, which the program does not allow.`;
    case 'ONLY_BROWSER':
      return 'A page of the shop named the order by its number, which can be guessed. Nothing else ties a creator to it.';
    case 'NOTE':
      return name ?? '';
  }
}
