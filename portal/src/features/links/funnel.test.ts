import { describe, expect, it } from 'vitest';
import { drawnSteps, funnelSentence, isEmpty, isSilent, streamPath, type Funnel } from './funnel';

type Step = Funnel['total'][number];
const step = (kind: Step['kind'], count: number, visitors: number | null, fromClicks: number | null = null, fromPrevious: number | null = null): Step => ({ kind, count, visitors, fromClicks, fromPrevious });
const nobody: Step[] = [step('CLICK', 0, 0), step('PAGE_VIEW', 0, 0), step('ADD_TO_CART', 0, 0), step('CHECKOUT', 0, 0), step('ORDER', 0, null)];
const funnel = (total: Step[], previous: Step[] = nobody): Funnel => ({ from: '2026-10-30', to: '2026-11-28', asOf: '2026-11-28T14:05:00Z', total, previous });

const told = funnel([
  step('CLICK', 220, 200, 10_000),
  step('PAGE_VIEW', 900, 150, 7_500, 7_500),
  step('ADD_TO_CART', 40, 30, 1_500, 2_000),
  step('CHECKOUT', 12, 10, 500, 3_333),
  step('ORDER', 4.5, null, 225, 4_500),
]);

describe('the way from clicks to orders', () => {
  it('is drawn by visitors, and by orders at its end', () => {
    expect(drawnSteps(told).map(({ name, figure, times, ofFirst, ofBefore, share }) => [name, figure, times, ofFirst, ofBefore, share])).toEqual([
      ['Followed a link', '200', '220', '', '', 1],
      ['Looked at the shop', '150', '900', '75%', '75%', 0.75],
      ['Filled the cart', '30', '40', '15%', '20%', 0.15],
      ['Began to pay', '10', '12', '5%', '33.3%', 0.05],
      ['Ordered', '4.5', '4.5', '2.3%', '45%', 0.0225],
    ]);
  });

  it('stays inside its card when codes bring more orders than links bring visitors', () => {
    const codes = funnel([step('CLICK', 2, 2, 10_000), step('PAGE_VIEW', 0, 0, 0, 0), step('ADD_TO_CART', 0, 0, 0), step('CHECKOUT', 0, 0, 0), step('ORDER', 8, null, 40_000)]);
    expect(drawnSteps(codes).map(({ share }) => share)).toEqual([0.25, 0, 0, 0, 1]);
  });

  it('is said in one sentence, against as many days before where there is something to hold it against', () => {
    expect(funnelSentence(told)).toBe('2.3% of visitors ordered');
    expect(funnelSentence(funnel(told.total, told.total))).toBe('2.3% of visitors ordered, 2.3% in the 30 days before');
    expect(funnelSentence(funnel(nobody))).toBe('nobody followed a link');
  });

  it('knows nobody from a shop that tells nothing', () => {
    expect([isEmpty(funnel(nobody)), isSilent(funnel(nobody))]).toEqual([true, false]);
    expect([isEmpty(told), isSilent(told)]).toEqual([false, false]);
    expect(isSilent(funnel([step('CLICK', 3, 3, 10_000), ...nobody.slice(1)]))).toBe(true);
  });

  it('narrows as its figures do, and what anybody did is seen', () => {
    expect(streamPath([1, 0])).toBe('M0 0L72 0C86 0 86 50 100 50L100 50L200 50L200 50L100 50L100 50C86 50 86 100 72 100L0 100Z');
    expect(streamPath([0.001])).toBe('M0 49.25L100 49.25L100 50.75L0 50.75Z');
    expect(streamPath([])).toBe('');
  });
});
