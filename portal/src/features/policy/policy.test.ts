import { describe, expect, it } from 'vitest';
import { moved, policySentence } from './policy_words';

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
