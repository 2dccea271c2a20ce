import type { ProgramGoal, ProgramStatus, ProgramVisibility, TouchKind } from '@/gql/graphql';
import type { IconName } from '@/ui/icon';
import type { Tone } from '@/ui/status';

const STATES: Record<ProgramStatus, { words: string; tone: Tone; icon?: IconName; follows: string }> = {
  DRAFT: { words: 'Not open yet', tone: 'wait', icon: 'edit', follows: 'Only your team sees it.' },
  ACTIVE: { words: 'Open', tone: 'ok', follows: 'Creators join, links count.' },
  PAUSED: { words: 'Paused', tone: 'wait', icon: 'pause', follows: 'Links lead on but do not count.' },
  CLOSED: { words: 'Over', tone: 'quiet', follows: 'Nobody joins and nothing counts any more.' },
};

/** The state of a program and what follows from it. */
export const programSaid = (status: ProgramStatus): (typeof STATES)[ProgramStatus] => STATES[status];

export const GOALS: readonly { value: ProgramGoal; label: string }[] = [
  { value: 'REVENUE', label: 'Sales' },
  { value: 'CONTENT', label: 'Content to use' },
  { value: 'AWARENESS', label: 'Being known' },
];

export const VISIBILITIES: readonly { value: ProgramVisibility; label: string }[] = [
  { value: 'PUBLIC', label: 'Anybody, on its public page' },
  { value: 'INVITE_ONLY', label: 'Only who was invited' },
];

/** Kinds of touches with what they mean. */
export const TOUCHES: readonly { value: TouchKind; label: string; detail: string }[] = [
  { value: 'CLICK', label: 'Links', detail: 'A tap on a creator’s link within the window' },
  { value: 'CODE', label: 'Codes', detail: 'A creator’s discount code in the order' },
  { value: 'BINDING', label: 'Earlier customers', detail: 'Later orders of customers whom a creator brought' },
  { value: 'SURVEY', label: 'Survey answers', detail: 'The customer says who sent them' },
  { value: 'MODELLED', label: 'Estimated matches', detail: 'By network and time, with a confidence' },
];
