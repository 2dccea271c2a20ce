import { formatCount } from '@/figures/measure';
import { lengthOf } from '@/figures/range';
import type { FunnelStepKind, LinkFunnelQuery } from '@/gql/graphql';
import { formatPercent, plural } from '@/lib/format';

/** A funnel as the API gives it. */
export type Funnel = LinkFunnelQuery['funnel'];
type Step = Funnel['total'][number];

const NAMES: Record<FunnelStepKind, string> = {
  CLICK: 'Followed a link',
  PAGE_VIEW: 'Looked at the shop',
  ADD_TO_CART: 'Filled the cart',
  CHECKOUT: 'Began to pay',
  ORDER: 'Ordered',
};

/** Steps that only the shop's own pages can tell of. */
const TOLD_BY_SHOP: readonly FunnelStepKind[] = ['PAGE_VIEW', 'ADD_TO_CART', 'CHECKOUT'];

/** One step in words, with its size for the drawing. */
export interface DrawnStep {
  kind: FunnelStepKind;
  name: string;
  /** Visitors who took it; orders at the last one. */
  figure: string;
  /** How often it was taken. */
  times: string;
  /** Of the visitors who followed a link. */
  ofFirst: string;
  /** Of those who took the step before. */
  ofBefore: string;
  /** The same figure of the range before. */
  earlier: string;
  /** Against the largest step, from 0 to 1. */
  share: number;
}

const sizeOf = (step: Step | undefined): number => step?.visitors ?? step?.count ?? 0;
const rate = (basisPoints: number | null | undefined): string => (basisPoints == null ? '–' : formatPercent(basisPoints / 10_000));

/** The steps in their order. Visitors are counted once a day and link; orders have no visitor. */
export function drawnSteps({ total, previous }: Funnel): DrawnStep[] {
  const largest = Math.max(...total.map(sizeOf), 0);
  return total.map((step, index) => ({
    kind: step.kind,
    name: NAMES[step.kind],
    figure: formatCount(sizeOf(step)),
    times: formatCount(step.count),
    ofFirst: index === 0 ? '' : rate(step.fromClicks),
    ofBefore: index === 0 ? '' : rate(step.fromPrevious),
    earlier: formatCount(sizeOf(previous.find((entry) => entry.kind === step.kind))),
    share: largest > 0 ? sizeOf(step) / largest : 0,
  }));
}

/** Nobody took any step. */
export const isEmpty = ({ total }: Funnel): boolean => total.every((step) => step.count === 0);

/** Visitors came, but the shop tells nothing of what they did there. */
export const isSilent = ({ total }: Funnel): boolean => !isEmpty({ total } as Funnel) && total.every((step) => !TOLD_BY_SHOP.includes(step.kind) || step.count === 0);

const ordered = (steps: readonly Step[]) => steps.find((step) => step.kind === 'ORDER')?.fromClicks ?? null;

/** The whole way in one sentence: "2.1% of visitors ordered, 1.8% in the 30 days before". */
export function funnelSentence({ from, to, total, previous }: Funnel): string {
  const [now, then] = [ordered(total), ordered(previous)];
  if (now === null) return 'nobody followed a link';
  return `${rate(now)} of visitors ordered${then === null ? '' : `, ${rate(then)} in the ${plural(lengthOf({ from, to }), 'day', 'days')} before`}`;
}

/** Half of the stream's height, in units of the drawing. */
const HALF = 50;
/** A step that anybody took is seen, however thin. */
const THINNEST = 0.75;
/** Where within its column a stream begins to narrow toward the next. */
const BEND = 0.72;

/**
 * The stream that narrows from step to step, 100 wide for each and 100 high. It is
 * level in each column, so that its height there is the figure's.
 */
export function streamPath(shares: readonly number[]): string {
  const half = (share: number) => (share > 0 ? Math.max(THINNEST, share * HALF) : 0);
  const upper: string[] = [];
  const lower: string[] = [];
  shares.forEach((share, index) => {
    const [from, to] = [index * 100, index * 100 + 100];
    const here = half(share);
    const next = shares[index + 1];
    upper.push(`L${from} ${HALF - here}`);
    lower.unshift(`L${from} ${HALF + here}`);
    if (next === undefined) {
      upper.push(`L${to} ${HALF - here}`);
      lower.unshift(`L${to} ${HALF + here}`);
      return;
    }
    const bend = from + 100 * BEND;
    const middle = (bend + to) / 2;
    upper.push(`L${bend} ${HALF - here}`, `C${middle} ${HALF - here} ${middle} ${HALF - half(next)} ${to} ${HALF - half(next)}`);
    lower.unshift(`L${to} ${HALF + half(next)}`, `C${middle} ${HALF + half(next)} ${middle} ${HALF + here} ${bend} ${HALF + here}`);
  });
  const path = [...upper, ...lower].join('');
  return path ? `M${path.slice(1)}Z` : '';
}
