import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { bindingSaid } from './binding_words';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

describe('a tie of a customer', () => {
  it('says how long it lasts and why it is over', () => {
    expect(bindingSaid({}).words).toBe('As long as they buy');
    expect(bindingSaid({ endsAt: '2030-05-02T10:00:00Z' })).toEqual({ tone: 'ok', words: 'Until 2 May 2030' });
    expect(bindingSaid({ endsAt: '2030-05-02T10:00:00Z', endedAt: '2029-01-01T10:00:00Z', endReason: 'REFUNDED' })).toEqual({ tone: 'quiet', words: 'Ended 1 January 2029', detail: 'The first order was given back' });
  });
});
