import type { CreditModel, TouchKind } from '@/gql/graphql';
import { plural } from '@/lib/format';

/** Ways to divide credit, each with what it means. */
export const MODELS: readonly { value: CreditModel; label: string; detail: string }[] = [
  { value: 'LAST_TOUCH', label: 'All to the last', detail: 'The last touch before the order gets all the credit.' },
  { value: 'FIRST_TOUCH', label: 'All to the first', detail: 'The first touch gets all the credit.' },
  { value: 'LINEAR', label: 'The same to each', detail: 'Every touch that counts gets the same part.' },
  { value: 'POSITION_BASED', label: 'More to first and last', detail: 'First and last get 40% each, those between share 20%.' },
  { value: 'TIME_DECAY', label: 'More to the later ones', detail: 'A touch counts half as much for each half-life before the order.' },
];

const KINDS: Record<TouchKind, string> = { CLICK: 'Links', CODE: 'Codes', BINDING: 'Earlier customers', SURVEY: 'Survey answers', MODELLED: 'Estimated matches', PERSON: 'The brand’s own decisions' };

/** What people call a kind of touch. */
export const kindName = (kind: TouchKind): string => KINDS[kind];

/** What a policy says, in one or two sentences. */
export function policySentence(model: CreditModel, precedence: readonly TouchKind[], halfLifeDays: number): string {
  const way = model === 'TIME_DECAY' ? `A touch counts half as much for each ${plural(halfLifeDays, 'day', 'days')} before the order.` : (MODELS.find((entry) => entry.value === model)?.detail ?? '');
  const [first, second] = precedence;
  if (!first || !second) return way;
  return `${kindName(first)} come before ${kindName(second).toLowerCase()}. ${way}`;
}

/** The list with one entry moved up (−1) or down (1). */
export function moved<T>(list: readonly T[], index: number, step: 1 | -1): T[] {
  const next = [...list];
  const other = index + step;
  const [a, b] = [next[index], next[other]];
  if (a === undefined || b === undefined) return next;
  next[index] = b;
  next[other] = a;
  return next;
}

/** A confidence as people write it: 900,000 parts per million are "90". */
export const percentOf = (ppm: number): string => String(ppm / 10_000);

/** Parts per million of a percentage as people write it; null for what is none. */
export function ppmOf(text: string): number | null {
  const written = text.trim().replace(',', '.');
  if (!/^\d{1,3}(\.\d{1,4})?$/.test(written) || Number(written) > 100) return null;
  return Math.round(Number(written) * 10_000);
}
