import type { OutreachPipelineQuery, ProspectStage } from '@/gql/graphql';
import { formatDate, plural } from '@/lib/format';

/** One card as the board reads it. */
export type Card = NonNullable<OutreachPipelineQuery['outreachPipeline']>['stages'][number]['prospects'][number];

/** How the cards of a column are sorted. */
export type Order = 'fit' | 'due' | 'wait';

/** Which cards are shown, and how they are sorted. */
export interface Choice {
  owner: string;
  platform: string;
  order: Order;
}

const DAY_MS = 86_400_000;
const dayOf = (value: string | Date) => new Date(value).toISOString().slice(0, 10);

/** The cards that are chosen, in their order. What has no date comes last. */
export function chosenCards(cards: readonly Card[], choice: Choice): readonly Card[] {
  const shown = cards.filter((card) => (choice.owner === '' || (card.owner?.id ?? 'none') === choice.owner) && (choice.platform === '' || card.platform === choice.platform));
  const far = '9999';
  return [...shown].sort((a, b) => {
    if (choice.order === 'due') return (a.dueAt ?? far).localeCompare(b.dueAt ?? far);
    if (choice.order === 'wait') return a.stageSince.localeCompare(b.stageSince);
    return b.fitScore - a.fitScore;
  });
}

/** When the next step is due, in words: "Today", "2 days late", "25 Nov". */
export function dueWords(dueAt: string | null | undefined, now: Date = new Date()): { words: string; late: boolean } | null {
  if (!dueAt) return null;
  const days = Math.round((Date.parse(`${dayOf(dueAt)}T00:00:00Z`) - Date.parse(`${dayOf(now)}T00:00:00Z`)) / DAY_MS);
  if (days === 0) return { words: 'Today', late: false };
  if (days < 0) return { words: `${plural(-days, 'day', 'days')} late`, late: true };
  return { words: days === 1 ? 'Tomorrow' : formatDate(dueAt, 'short'), late: false };
}

/** How long people stay in a stage, in words. */
export function medianWords(medianDays: number | null | undefined, stage: ProspectStage): string {
  if (stage === 'DECLINED' || stage === 'UNRESPONSIVE') return 'Can be asked again later';
  if (stage === 'ONBOARDED') return 'In the program';
  if (medianDays == null) return 'Nobody moved on yet';
  if (medianDays < 1) return 'Half move on within a day';
  return `Half move on in ${plural(Math.round(medianDays), 'day', 'days')}`;
}
