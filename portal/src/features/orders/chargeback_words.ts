import type { ChargebackStage } from '@/gql/graphql';
import type { Tone } from '@/ui/status';

const STAGES: Record<ChargebackStage, { words: string; tone: Tone }> = {
  OPENED: { words: 'The bank asks for the money', tone: 'wait' },
  LOST: { words: 'The bank took the money', tone: 'bad' },
  WON: { words: 'The shop keeps the money', tone: 'ok' },
};

/** How far a chargeback has come. */
export const stageSaid = (stage: ChargebackStage): { words: string; tone: Tone } => STAGES[stage];

/** What follows for those who earn, before it is recorded. */
export const STAGE_FOLLOWS: Record<ChargebackStage, string> = {
  OPENED: 'What creators earn of this order is held back until the bank decides.',
  LOST: 'What creators earn of it is taken back, or the part of it that the bank took.',
  WON: 'What was held back goes on under its terms; what was taken back is given again.',
};

/** What may come after a stage; what was won is final. */
export const stagesAfter = (stage: ChargebackStage | null): readonly ChargebackStage[] => (stage === null ? ['OPENED', 'LOST', 'WON'] : stage === 'OPENED' ? ['LOST', 'WON'] : stage === 'LOST' ? ['WON'] : []);
