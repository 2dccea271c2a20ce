import { describe, expect, it } from 'vitest';
import { differenceOf, resultOf, wilson } from './result';

const arm = (name: string, clicks: number, orders: number) => ({ name, figures: { clicks, orders } });
const rounded = ({ value, low, high }: { value: number; low: number; high: number }) => [value, low, high].map((share) => Math.round(share * 10_000) / 10_000);

describe('bounds', () => {
  // Newcombe, Statistics in Medicine 17 (1998), pages 857 and 873: example (a) of each.
  it('of a share are those of the score method', () => {
    expect(rounded(wilson(81, 263))).toEqual([0.308, 0.2553, 0.3662]);
    expect(rounded(wilson(0, 20))).toEqual([0, 0, 0.1611]);
  });

  it('of a difference are those of method 10', () => {
    expect(rounded(differenceOf(wilson(56, 70), wilson(48, 80)))).toEqual([0.2, 0.0524, 0.3339]);
  });
});

describe('the result of an experiment', () => {
  it('is not told from a small sample, and says which arms are short', () => {
    const result = resultOf([arm('A', 23, 1), arm('B', 900, 90)]);
    expect([result.verdict, result.short.map((short) => short.name)]).toEqual(['small', ['A']]);
  });

  it('is a better arm only where the bounds say so', () => {
    expect(resultOf([arm('A', 2000, 160), arm('B', 1200, 97)]).verdict).toBe('none');
    const clear = resultOf([arm('A', 2000, 100), arm('B', 2000, 180)]);
    expect([clear.verdict, clear.best.name, clear.second.name]).toEqual(['best', 'B', 'A']);
    expect(clear.ahead?.low).toBeGreaterThan(0);
  });

  it('asks for more where several arms are compared at once', () => {
    const two = [arm('A', 1000, 50), arm('B', 1000, 72)];
    expect(resultOf(two).verdict).toBe('best');
    expect(resultOf([...two, arm('C', 1000, 49), arm('D', 1000, 48)]).verdict).toBe('none');
  });

  it('says nothing of shares where codes bring more orders than clicks', () => {
    const result = resultOf([arm('A', 0, 12), arm('B', 10, 12)]);
    expect([result.verdict, result.ahead]).toEqual(['small', null]);
  });
});
