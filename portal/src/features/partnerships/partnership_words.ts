import type { PartnershipStage, PartnershipStatus, PauseKind } from '@/gql/graphql';
import type { IconName } from '@/ui/icon';
import type { Tone } from '@/ui/status';

const STATES: Record<PartnershipStatus, { words: string; tone: Tone; icon?: IconName }> = {
  INVITED: { words: 'Invited', tone: 'wait' },
  AWAITING_TERMS: { words: 'Has to accept the terms', tone: 'wait' },
  ACTIVE: { words: 'Active', tone: 'ok' },
  PAUSED: { words: 'Paused', tone: 'wait', icon: 'pause' },
  RETIRING: { words: 'Ends soon', tone: 'wait' },
  RETIRED: { words: 'Over', tone: 'quiet' },
  EXPIRED: { words: 'Did not answer', tone: 'quiet' },
  DECLINED: { words: 'Said no', tone: 'quiet' },
};

/** The state of a partnership in words. */
export const partnershipSaid = (status: PartnershipStatus): { words: string; tone: Tone; icon?: IconName } => STATES[status];

/** States for a picker. */
export const PARTNERSHIP_STATES: readonly { value: PartnershipStatus; label: string }[] = (Object.keys(STATES) as PartnershipStatus[]).map((value) => ({ value, label: STATES[value].words }));

const STAGES: Record<PartnershipStage, string> = { TRIAL: 'Trial', STANDARD: 'Settled', AMBASSADOR: 'Ambassador' };

/** How settled a partnership is. */
export const stageName = (stage: PartnershipStage): string => STAGES[stage];

/** Why a partnership is paused, for a picker and for words. */
export const PAUSE_KINDS: readonly { value: PauseKind; label: string }[] = [
  { value: 'BRAND', label: 'Our own reasons' },
  { value: 'COMPLIANCE', label: 'A rule was broken' },
  { value: 'TERMS', label: 'New terms are not accepted' },
  { value: 'FRAUD', label: 'Suspicion of fraud' },
];

/** Which changes a brand may make from a state. */
export function movesFrom(status: PartnershipStatus): ('PAUSED' | 'ACTIVE' | 'RETIRING')[] {
  if (status === 'ACTIVE') return ['PAUSED', 'RETIRING'];
  if (status === 'PAUSED') return ['ACTIVE', 'RETIRING'];
  return [];
}
