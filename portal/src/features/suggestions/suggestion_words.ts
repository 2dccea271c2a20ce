import type { DecisionCause } from '@/gql/graphql';
import type { Tone } from '@/ui/status';
import type { Suggestion } from './suggestion_document';

const CAUSES: Record<DecisionCause, string> = {
  FIRST: 'The order came in',
  LATE_CLICK: 'A click became known after the order',
  LATE_SURVEY: 'The customer answered after the order',
  ORDER_EDIT: 'The shop changed the order',
  HOLD_REJECTED: 'A hold was decided against a creator',
  CLAIM: 'A claim was accepted',
  REASSIGNED: 'A person moved the sale',
};

/** Why an order was looked at again. */
const causeWords = (cause: DecisionCause): string => CAUSES[cause];

/** Who would earn it now. */
export const wouldEarn = (suggestion: Pick<Suggestion, 'partnership'>): string => suggestion.partnership?.creator.name ?? 'Nobody';

/** Why a sale wants a second look. */
export const whySaid = (suggestion: Pick<Suggestion, 'cause' | 'proposedBy'>): string => (suggestion.proposedBy ? `${suggestion.proposedBy.name} proposes it` : causeWords(suggestion.cause));

/** What became of a suggestion. */
export function suggestionSaid(suggestion: Pick<Suggestion, 'status' | 'partnership' | 'proposedBy'>): { tone: Tone; words: string } {
  switch (suggestion.status) {
    case 'OPEN':
      return { tone: 'wait', words: suggestion.proposedBy ? 'Waits for a second person' : 'Waits for a decision' };
    case 'ACCEPTED':
      return { tone: 'ok', words: `Given to ${wouldEarn(suggestion)}` };
    case 'DISMISSED':
      return { tone: 'quiet', words: 'Left as it was' };
    case 'OVERTAKEN':
      return { tone: 'quiet', words: 'Settled otherwise meanwhile' };
  }
}
