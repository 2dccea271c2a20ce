import { shiftDay } from '@/figures/range';
import type { ReviewAction } from '@/gql/graphql';
import { formatRange } from '@/lib/format';
import type { IconName } from '@/ui/icon';
import type { Tone } from '@/ui/status';

interface Said {
  words: string;
  tone: Tone;
  icon: IconName;
}

/** What is suggested, decided or offered, as the brand says it and as the creator reads it. */
const ACTIONS: Record<ReviewAction, { name: string; suggested: string; mine: string; follows: string; done: (name: string) => string; hint: string; tone: Tone; icon: IconName }> = {
  PROMOTE: {
    name: 'Offer more',
    suggested: 'Offer more',
    mine: 'They offer you more',
    follows: 'The partnership comes one step further, from trial over settled to ambassador.',
    done: (name) => `${name} is one step further`,
    hint: 'What they did well, and what they get for it.',
    tone: 'ok',
    icon: 'arrow-up',
  },
  KEEP: {
    name: 'Go on',
    suggested: 'Go on as it is',
    mine: 'It goes on',
    follows: 'The partnership goes on; a trial ends with it.',
    done: (name) => `It goes on with ${name}`,
    hint: 'What you liked, and what you look forward to.',
    tone: 'ok',
    icon: 'check',
  },
  COACH: {
    name: 'Help',
    suggested: 'Help to do better',
    mine: 'They would like to help',
    follows: 'Nothing changes but that they read what you write.',
    done: (name) => `${name} can read it now`,
    hint: 'One thing that could work better, and how you help with it.',
    tone: 'wait',
    icon: 'book',
  },
  RETIRE: {
    name: 'End it',
    suggested: 'End it',
    mine: 'It ends after the notice',
    follows: 'The notice begins. Links and codes still earn through it, and what was earned is paid.',
    done: (name) => `The partnership with ${name} ends after the notice`,
    hint: 'Why, and thanks for what there was.',
    tone: 'bad',
    icon: 'minus',
  },
};

/** The decisions for a picker. */
export const DECISIONS: readonly { value: ReviewAction; label: string }[] = (Object.keys(ACTIONS) as ReviewAction[]).map((value) => ({ value, label: ACTIONS[value].name }));

/** What follows from a decision, and what is said once it was made. */
export const decisionSaid = (action: ReviewAction): { follows: string; done: (name: string) => string; hint: string } => ACTIONS[action];

/** What the figures suggest, or what was decided, to the brand. */
export const actionSaid = (action: ReviewAction): Said => ({ words: ACTIONS[action].suggested, tone: ACTIONS[action].tone, icon: ACTIONS[action].icon });

/** What was decided, to the creator. */
export const decidedForMe = (action: ReviewAction): Said => ({ words: ACTIONS[action].mine, tone: ACTIONS[action].tone, icon: ACTIONS[action].icon });

/** The time that a review looks at: "The trial, 31 July to 10 September". The day on which it ends belongs to the next. */
export function periodOf({ fromAt, toAt, partnership }: { fromAt: string; toAt: string; partnership: { activatedAt?: string | null } }): { kind: 'trial' | 'quarter'; days: string } {
  return { kind: fromAt === partnership.activatedAt ? 'trial' : 'quarter', days: formatRange(fromAt.slice(0, 10), shiftDay(toAt.slice(0, 10), -1)) };
}
