import { formatCount } from '@/figures/measure';
import type { PolicyReplaysQuery } from '@/gql/graphql';
import { formatList, plural } from '@/lib/format';
import { kindName, policySentence } from './policy_words';

/** A draft that was tried. */
export type TriedDraft = PolicyReplaysQuery['policyReplays']['nodes'][number];

/** What it would change for a creator. */
export type ReplayRow = TriedDraft['rows'][number];

const rounded = (orders: number): number => Math.round(orders * 10) / 10;

/** "12 → 14.5"; one figure where nothing changes. */
export function changeWords(before: number, after: number): string {
  const [from, to] = [formatCount(rounded(before)), formatCount(rounded(after))];
  return from === to ? from : `${from} → ${to}`;
}

/** What the draft says. */
export function draftSentence(draft: Pick<TriedDraft, 'model' | 'precedence' | 'halfLifeDays' | 'surveyPays' | 'modelledPays' | 'windowDays' | 'touchKinds'>): string {
  const parts = [policySentence(draft.model, draft.precedence, draft.halfLifeDays)];
  if (draft.surveyPays) parts.push('Survey answers pay when nothing stronger counts.');
  if (draft.modelledPays) parts.push('Estimated matches pay when nothing stronger counts.');
  if (draft.windowDays) parts.push(`Links count for ${plural(draft.windowDays, 'day', 'days')} in every program.`);
  if (draft.touchKinds.length > 0) parts.push(`Programs pay for ${formatList(draft.touchKinds.map((kind) => kindName(kind).toLowerCase()))} only.`);
  return parts.join(' ');
}
