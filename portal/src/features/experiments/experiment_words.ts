import type { ExperimentDimension } from '@/gql/graphql';
import { formatCount } from '@/figures/measure';
import { formatList, formatNumber, formatPercent } from '@/lib/format';
import type { IconName } from '@/ui/icon';
import type { Tone } from '@/ui/status';
import { MIN_CLICKS, MIN_ORDERS, type Interval, type Result } from './result';

const DIMENSIONS: Record<ExperimentDimension, { name: string; choice: string }> = {
  OFFER: { name: 'Offer', choice: 'What creators or shoppers get' },
  PLATFORM: { name: 'Platform', choice: 'Where it is published' },
  FORMAT: { name: 'Format', choice: 'How it is shown' },
};

/** What an experiment varies, in a word. */
export const dimensionName = (dimension: ExperimentDimension): string => DIMENSIONS[dimension].name;

/** What can be varied, for a picker. */
export const DIMENSION_OPTIONS: readonly { value: ExperimentDimension; label: string }[] = (Object.keys(DIMENSIONS) as ExperimentDimension[]).map((value) => ({ value, label: `${DIMENSIONS[value].name}: ${DIMENSIONS[value].choice.toLowerCase()}` }));

const points = (share: number, signed = false) => formatNumber(share * 100, { digits: 1, signed });

/** "Between 6.8% and 9.1%": where a share lies, 19 times of 20. */
export const intervalWords = ({ low, high }: Interval): string => `Between ${formatPercent(low)} and ${formatPercent(high)}`;

/** The result in a few words and one sentence. */
export function resultSaid(result: Result): { tone: Tone; icon: IconName; words: string; sentence: string } {
  const { best, second, ahead } = result;
  if (result.verdict === 'small') {
    const short = result.short.map((arm) => `“${arm.name}” has ${formatNumber(arm.clicks)} and ${formatCount(arm.orders)}`);
    return { tone: 'wait', icon: 'clock', words: 'Too small a sample', sentence: `Each arm needs ${MIN_CLICKS} clicks and ${MIN_ORDERS} orders before anything can be said; ${formatList(short)}.` };
  }
  const range = ahead ? `from ${points(ahead.low, true)} to ${points(ahead.high, true)} points` : '';
  if (result.verdict === 'none') {
    return { tone: 'quiet', icon: 'minus', words: 'No difference can be told', sentence: `“${best.name}” is ${points(ahead?.value ?? 0)} points ahead of “${second.name}”, but anything ${range} fits these figures.` };
  }
  return { tone: 'ok', icon: 'check', words: `“${best.name}” converts better`, sentence: `${points(ahead?.value ?? 0)} points more of its clicks became orders than of “${second.name}”: ${range}, 19 times of 20.` };
}
