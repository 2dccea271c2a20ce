import type { HoldSignal, HoldStatus } from '@/gql/graphql';
import type { IconName } from '@/ui/icon';
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

/** What may have raised a hold, to choose from. */
export const SIGNAL_CHOICE = (Object.keys(SIGNALS) as HoldSignal[]).map((value) => ({ value, label: SIGNALS[value].words }));

const STATES: Record<HoldStatus, { words: string; tone: Tone }> = {
  OPEN: { words: 'Waits for a decision', tone: 'wait' },
  RELEASED: { words: 'Released', tone: 'ok' },
  REJECTED: { words: 'Taken back', tone: 'bad' },
};

/** The state of a hold. */
export const holdSaid = (status: HoldStatus): { words: string; tone: Tone } => STATES[status];
