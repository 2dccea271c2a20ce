import { describe, expect, it } from 'vitest';
import { shopWords, type InShops } from './shop_code';

const shop = (store: string, state: InShops['shopState'], reason = ''): InShops['shops'][number] => ({ kind: 'SHOPIFY', store, state, reason });

describe('how a code stands in the shops', () => {
  it('is said in words, the worst first', () => {
    expect(shopWords({ shopState: 'NOT_CONNECTED', shops: [] }, 'brand')).toBeNull();
    expect(shopWords({ shopState: 'ACTIVE', shops: [shop('a.test', 'ACTIVE')] }, 'creator')).toEqual({ tone: 'ok', words: 'Works in the shop' });
    expect(shopWords({ shopState: 'ACTIVE', shops: [shop('a.test', 'ACTIVE'), shop('b.test', 'ACTIVE')] }, 'brand')?.words).toBe('Works in 2 shops');
    expect(shopWords({ shopState: 'CREATING', shops: [shop('a.test', 'CREATING', 'No answer. It is tried again.')] }, 'brand')).toEqual({ tone: 'wait', words: 'The shop is asked again soon' });
    expect(shopWords({ shopState: 'CREATING', shops: [shop('a.test', 'CREATING')] }, 'brand')?.words).toBe('Being made in the shop');
    expect(shopWords({ shopState: 'DISABLED', shops: [shop('a.test', 'DISABLED')] }, 'brand')?.tone).toBe('quiet');
    expect(shopWords({ shopState: 'FAILED', shops: [shop('a.test', 'ACTIVE'), shop('b.test', 'FAILED', 'The code is taken.')] }, 'brand')).toEqual({ tone: 'bad', words: 'b.test does not have it', detail: 'The code is taken.' });
  });

  it('sends creators to the brand, whose shop it is', () => {
    expect(shopWords({ shopState: 'FAILED', shops: [shop('b.test', 'FAILED')] }, 'creator')).toEqual({ tone: 'bad', words: 'The shop does not have it yet', detail: 'Ask the brand before you share it.' });
  });
});
