import { describe, expect, it } from 'vitest';
import { dealOut } from './deal';

describe('dealing out', () => {
  it('puts everybody into one arm, as evenly as they go', () => {
    const ids = Array.from({ length: 11 }, (_, index) => `ptn_${index}`);
    const numbers = [0.1, 0.9, 0.5, 0.3];
    let at = 0;
    const dealt = dealOut(ids, 3, () => numbers[at++ % numbers.length] ?? 0);
    expect(Object.keys(dealt).sort()).toEqual([...ids].sort());
    expect([0, 1, 2].map((arm) => Object.values(dealt).filter((place) => place === arm).length)).toEqual([4, 4, 3]);
  });

  it('deals nobody out to nothing', () => {
    expect(dealOut([], 2, Math.random)).toEqual({});
  });
});
