import { describe, expect, it } from 'vitest';
import { typedCredentials } from './credentials';
import { snippetTag, STEP_NAMES, STEP_STATES, stepWords, underWay } from './self_check_words';

describe('credentials that were typed', () => {
  it('are none while nothing was typed, and for shops without an API', () => {
    expect(typedCredentials('SHOPIFY', '', ' ')).toBeNull();
    expect(typedCredentials('POSTBACK', 'a', 'b')).toBeNull();
  });

  it('have a key where the shop has one', () => {
    expect(typedCredentials('WOOCOMMERCE', ' ck_1 ', ' cs_1 ')).toEqual({ key: 'ck_1', secret: 'cs_1' });
    expect(typedCredentials('SHOPIFY', 'left over from another kind', 'shpat_1')).toEqual({ key: null, secret: 'shpat_1' });
    expect(typedCredentials('WOOCOMMERCE', 'ck_1', '')).toEqual({ key: 'ck_1', secret: '' });
  });
});

describe('a self-check', () => {
  it('is looked at again while somebody walks, or the shop is asked', () => {
    expect(underWay(undefined, null)).toBe(false);
    expect(underWay('CHECKING', null)).toBe(true);
    expect(underWay('ACTIVE', { passed: false })).toBe(true);
    expect(underWay('ACTIVE', { passed: true })).toBe(false);
    expect(underWay('FAILED', { passed: false, endedAt: '2026-11-01T10:00:00Z' })).toBe(false);
  });

  it('has one next thing to do, beside what does not work', () => {
    const said = stepWords([{ state: 'PASSED', todo: '' }, { state: 'FAILED', todo: 'Mend it.' }, { state: 'WAITING', todo: 'Buy.' }, { state: 'WAITING', todo: 'Wait.' }, { state: 'NOT_SEEN', todo: '' }]);
    expect(said.map(({ tone, words, todo }) => [tone, words, todo])).toEqual([['ok', 'Works', ''], ['bad', 'Does not work', 'Mend it.'], ['wait', 'Waits for you or the shop', 'Buy.'], ['quiet', 'Still to come', ''], ['quiet', 'Not seen yet', '']]);
  });

  it('has words for every step and state, and a tag to paste', () => {
    expect(Object.keys(STEP_NAMES)).toEqual(['CLICK', 'PAGE', 'CART', 'WEBHOOK', 'ORDER', 'REFUND']);
    expect(new Set(Object.values(STEP_STATES).map(({ words }) => words)).size).toBe(4);
    expect(snippetTag('https://go.brand.test', 'brd_1')).toBe('<script async src="https://go.brand.test/t.js" data-brand="brd_1" data-consent="required"></script>');
  });
});
