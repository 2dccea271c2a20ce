import { describe, expect, it } from 'vitest';
import { moved, percentOf, policySentence, ppmOf } from './policy_words';
import { changeWords, draftSentence } from './replay_words';

describe('a policy', () => {
  it('says what it means', () => {
    expect(policySentence('LAST_TOUCH', ['CODE', 'CLICK', 'BINDING'], 7)).toBe('Codes come before links. The last touch before the order gets all the credit.');
    expect(policySentence('TIME_DECAY', ['CLICK', 'CODE'], 1)).toBe('Links come before codes. A touch counts half as much for each 1 day before the order.');
  });
});

describe('the order of kinds', () => {
  it('moves one place and stays whole at the ends', () => {
    expect(moved(['a', 'b', 'c'], 1, -1)).toEqual(['b', 'a', 'c']);
    expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'b', 'c']);
    expect(moved(['a', 'b', 'c'], 0, -1)).toEqual(['a', 'b', 'c']);
  });
});

describe('a confidence', () => {
  it('is written and read as a percentage', () => {
    expect(percentOf(900_000)).toBe('90');
    expect(ppmOf('90')).toBe(900_000);
    expect(ppmOf('62,5')).toBe(625_000);
    expect([ppmOf('101'), ppmOf('-1'), ppmOf('much'), ppmOf('')]).toEqual([null, null, null, null]);
  });
});

describe('a draft that was tried', () => {
  it('says what it would be', () => {
    expect(draftSentence({ model: 'LINEAR', precedence: ['CODE', 'CLICK'], halfLifeDays: 7, surveyPays: false, modelledPays: false, windowDays: 3, touchKinds: ['CLICK', 'CODE'] })).toBe(
      'Codes come before links. Every touch that counts gets the same part. Links count for 3 days in every program. Programs pay for links and codes only.',
    );
    expect(draftSentence({ model: 'LAST_TOUCH', precedence: ['CODE', 'CLICK'], halfLifeDays: 7, surveyPays: true, modelledPays: true, windowDays: null, touchKinds: [] })).toMatch(
      /Survey answers pay when nothing stronger counts\. Estimated matches pay when nothing stronger counts\.$/,
    );
  });
  it('says what becomes of orders', () => {
    expect(changeWords(12, 14.5)).toBe('12 → 14.5');
    expect(changeWords(3, 3)).toBe('3');
  });
});
