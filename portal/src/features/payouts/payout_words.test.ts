import { beforeAll, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { checksOf, leadingPlan, payoutWords, waitingWords } from './payout_words';

beforeAll(() => setReader('en-GB', 'UTC'));

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const plan = (over: object = {}) => ({ brand: { name: 'Lumen Skin' }, amount: eur('128.40'), minimum: eur('25.00'), funded: true, blockers: [], upcoming: [], ...over });

describe('what a payout depends on', () => {
  it('says what holds before what blocks', () => {
    const checks = checksOf(plan({ blockers: [{ reason: 'NO_PAYOUT_ACCOUNT', sentence: 'Set up your account at Stripe.' }] }));
    expect(checks.map((check) => [check.tone, check.words])).toEqual([
      ['ok', 'Above the minimum of €25.00'],
      ['ok', 'Lumen Skin has set the money aside'],
      ['bad', 'Stripe does not know you yet, so this payout waits'],
    ]);
  });

  it('does not claim the minimum is reached when it is not', () => {
    const checks = checksOf(plan({ amount: eur('3.00'), funded: false, blockers: [{ reason: 'BELOW_MINIMUM', sentence: 'Waits until it reaches €25.00.' }] }));
    expect(checks.map((check) => check.words)).toEqual(['Lumen Skin has not set the money aside yet', 'Below the minimum of €25.00; it stays and grows']);
  });

  it('claims nothing about money where nothing is payable', () => {
    expect(checksOf(plan({ amount: eur('0.00') }))).toEqual([]);
  });
});

describe('the plan in front', () => {
  it('is the one that nothing blocks, even when a blocked one is larger', () => {
    const free = plan({ amount: eur('30.00') });
    const large = plan({ amount: eur('900.00'), blockers: [{ reason: 'UNDER_REVIEW', sentence: '…' }] });
    const later = plan({ amount: eur('0.00'), upcoming: [{ date: '2026-12-14', amount: eur('9.00') }] });
    expect(leadingPlan([later, large, free])).toBe(free);
    expect(leadingPlan([later, large])).toBe(large);
    expect(leadingPlan([])).toBeNull();
  });
});

describe('a brand beside it', () => {
  it('says when something becomes ready', () => {
    expect(waitingWords(plan({ amount: eur('0.00'), upcoming: [{ date: '2026-12-14', amount: eur('9.00') }] }))).toBe('€9.00 becomes ready on 14 December. Nothing to do.');
  });
});

describe('a brand whose balance is small or below zero', () => {
  it('waits without anything to do', () => {
    const blockers = [{ reason: 'BELOW_MINIMUM' as const, sentence: '…' }];
    expect(waitingWords(plan({ amount: eur('3.00'), blockers }))).toBe('waits until your balance there reaches €25.00. Nothing to do.');
    expect(waitingWords(plan({ amount: eur('-3.00'), blockers: [{ reason: 'NEGATIVE_BALANCE' as const, sentence: '…' }] }))).toBe('waits. €3.00 is owed back after refunds; your next sales settle it.');
  });
});

describe('a payout', () => {
  it('has the day on which it was paid', () => {
    expect(payoutWords({ status: 'PAID', paidAt: '2026-12-01T09:00:00Z' })).toEqual({ tone: 'ok', words: 'Paid on 1 December' });
    expect(payoutWords({ status: 'UNKNOWN' }).words).toBe('No answer from Stripe yet');
  });
});
