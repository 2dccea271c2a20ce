import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { aboutWords, claimSaid, dueWords, promiseWords } from './claim_words';

beforeEach(() => setReader('en-GB', 'UTC'));

const now = new Date('2026-11-20T12:00:00Z');
const open = { status: 'OPEN' as const, overdue: false, answerDueAt: '2026-11-21T12:00:00Z', answeredAt: null, createdAt: '2026-11-18T12:00:00Z' };

describe('a claim', () => {
  it('is called by its number, or by amount and day', () => {
    expect(aboutWords({ orderNumber: '#48213', placedOn: null, amount: null })).toBe('Order 48213');
    expect(aboutWords({ orderNumber: null, placedOn: '2026-11-12', amount: { __typename: 'Money', amount: '89.24', currencyCode: 'EUR' } })).toMatch(/^€89\.24 on 12 Nov/);
  });

  it('says when its answer is due, and when that is over', () => {
    expect(dueWords(open, now)).toMatch(/^answer due /);
    expect(dueWords({ ...open, overdue: true }, now)).toMatch(/^overdue since 21 Nov/);
    expect(claimSaid({ ...open, overdue: true }, 'brand')).toEqual({ words: 'Overdue', tone: 'bad' });
    expect(claimSaid(open, 'creator').words).toBe('Waits for an answer');
  });

  it('promises days where they are whole', () => {
    expect(promiseWords(72)).toBe('3 days');
    expect(promiseWords(24)).toBe('1 day');
    expect(promiseWords(36)).toBe('36 hours');
  });
});
