import type { AttributionComparisonQuery, ComparedModel } from '@/gql/graphql';
import { formatCount } from '@/figures/measure';
import { formatMoney, toDrawing } from '@/lib/format';

/** A creator, or several of little weight together. */
export type ComparedRow = AttributionComparisonQuery['attributionComparison']['rows'][number];

/** A part of orders and of their revenue. */
export type Part = Pick<ComparedRow['paid'], 'orders' | 'revenue'>;

/** What is compared. */
export type Shown = 'revenue' | 'orders';

/** Models in the order of the picker, each with the question that it answers. */
export const COMPARED: readonly { value: ComparedModel; label: string; question: string }[] = [
  { value: 'MARKOV', label: 'Markov chain', question: 'How many orders would be missing if every way to an order ended at this creator? From the steps that buyers took, solved exactly.' },
  { value: 'SHAPLEY', label: 'Shapley value', question: 'What does the creator add, whoever else was there? Everybody on the way to an order gets the same part of it, however often they were touched.' },
  { value: 'FIRST_TOUCH', label: 'First touch', question: 'Who was first to bring the buyer?' },
  { value: 'LAST_TOUCH', label: 'Last touch', question: 'Whose touch came right before the order?' },
  { value: 'LINEAR', label: 'Linear', question: 'Every touch gets the same part.' },
  { value: 'POSITION_BASED', label: 'Position', question: 'First and last get 40% each, those between share 20%.' },
  { value: 'TIME_DECAY', label: 'Time decay', question: 'A touch weighs half as much for each seven days before the last one.' },
];

/** A model by its value; the first for words that name none. */
export const modelOf = (text: string) => COMPARED.find((entry) => entry.value === text) ?? (COMPARED[0] as (typeof COMPARED)[number]);

/** The name of a row. */
export const rowName = (row: ComparedRow): string => row.creator?.name ?? (row.creators === 1 ? 'One more creator' : `${row.creators} more creators`);

/** What a row has under a model. */
export const underModel = (row: ComparedRow, model: ComparedModel): Part => row.modelled.find((part) => part.model === model) ?? row.paid;

/** The part as a size for drawing and sorting. */
export const sizeOfPart = (part: Part, shown: Shown): number => (shown === 'orders' ? part.orders : toDrawing(part.revenue));

/** The part in words. */
export const wordsOfPart = (part: Part, shown: Shown): string => (shown === 'orders' ? formatCount(rounded(part.orders)) : formatMoney(part.revenue, { whole: true }));

// Orders come as parts that need not be round.
const rounded = (orders: number): number => Math.round(orders * 10) / 10;

/** The rows that differ most from what was paid, the largest difference first. */
export function farthest(rows: readonly ComparedRow[], model: ComparedModel, shown: Shown): ComparedRow | null {
  const difference = (row: ComparedRow) => sizeOfPart(underModel(row, model), shown) - sizeOfPart(row.paid, shown);
  const [first] = rows.filter((row) => row.creator && difference(row) > 0).sort((a, b) => difference(b) - difference(a));
  return first ?? null;
}
