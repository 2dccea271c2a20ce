import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { DECISIONS, periodOf } from './review_words';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

describe('a review', () => {
  it('is of the trial when it begins with the partnership, and of a quarter otherwise', () => {
    const partnership = { activatedAt: '2026-07-31T09:12:00Z' };
    expect(periodOf({ fromAt: '2026-07-31T09:12:00Z', toAt: '2026-09-11T09:12:00Z', partnership })).toEqual({ kind: 'trial', days: expect.stringMatching(/^31 July\s–\s10 September$/) });
    expect(periodOf({ fromAt: '2026-09-11T09:12:00Z', toAt: '2026-12-10T09:12:00Z', partnership }).kind).toBe('quarter');
  });

  it('offers every decision, the best one first', () => {
    expect(DECISIONS.map((decision) => decision.label)).toEqual(['Offer more', 'Go on', 'Help', 'End it']);
  });
});
