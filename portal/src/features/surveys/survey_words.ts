import type { SurveyAnswerFieldsFragment, SurveyAnswerStatus } from '@/gql/graphql';
import { formatPpm } from '@/lib/format';
import type { Tone } from '@/ui/status';

/** An answer as its page reads it. */
export type Answer = SurveyAnswerFieldsFragment;

const STATES: Record<SurveyAnswerStatus, { words: string; tone: Tone }> = {
  UNCLEAR: { words: 'Who is meant?', tone: 'wait' },
  MATCHED: { words: 'Clear by itself', tone: 'ok' },
  CONFIRMED: { words: 'You said who', tone: 'ok' },
  NOBODY: { words: 'No creator', tone: 'quiet' },
};

/** The state of an answer. */
export const surveySaid = (status: SurveyAnswerStatus): { words: string; tone: Tone } => STATES[status];

type Meant = Pick<Answer, 'status' | 'confidencePpm'> & { creator?: { name: string } | null };

/** Who is meant, and how sure that is. */
export function meantWords(answer: Meant): string {
  if (!answer.creator) return answer.status === 'UNCLEAR' ? 'Nobody was recognised' : 'No creator';
  if (answer.status === 'CONFIRMED') return answer.creator.name;
  return `${answer.status === 'UNCLEAR' ? 'Perhaps ' : ''}${answer.creator.name}, ${formatPpm(answer.confidencePpm)} sure`;
}
