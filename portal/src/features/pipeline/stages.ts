import type { ProspectStage } from '@/gql/graphql';

/** All stages in the order of the board. */
export const STAGES: readonly ProspectStage[] = ['IDENTIFIED', 'CONTACTED', 'REPLIED', 'NEGOTIATING', 'AGREED', 'ONBOARDED', 'DECLINED', 'UNRESPONSIVE'];

const NAMES: Record<ProspectStage, string> = {
  IDENTIFIED: 'To contact',
  CONTACTED: 'Contacted',
  REPLIED: 'Replied',
  NEGOTIATING: 'Talking terms',
  AGREED: 'Agreed',
  ONBOARDED: 'On board',
  DECLINED: 'Declined',
  UNRESPONSIVE: 'No answer',
};

/** What people call a stage. */
export const stageName = (stage: ProspectStage): string => NAMES[stage];

/** Stages where the way is over: they stand as strips until opened. */
export const isEnd = (stage: ProspectStage): boolean => stage === 'ONBOARDED' || stage === 'DECLINED' || stage === 'UNRESPONSIVE';

/** Whether a move is asked for with its reason first: a no, or a step back on the way. */
export function needsReason(from: ProspectStage, to: ProspectStage): boolean {
  if (to === 'DECLINED') return true;
  const way = STAGES.slice(0, 6);
  const [a, b] = [way.indexOf(from), way.indexOf(to)];
  return a >= 0 && b >= 0 && b < a;
}

/** The nearest stage to the right (or left) that is allowed, for the keys. */
export function neighbour(from: ProspectStage, allowed: readonly ProspectStage[], step: 1 | -1): ProspectStage | null {
  const start = STAGES.indexOf(from);
  const candidates = step === 1 ? STAGES.slice(start + 1) : STAGES.slice(0, start).reverse();
  return candidates.find((stage) => allowed.includes(stage)) ?? null;
}
