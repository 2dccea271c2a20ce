import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { newOrdersWords } from './new_orders';
import { flagWords, whoEarned } from './order_words';
import { earnedWords } from './orders';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

const credit = (name: string | null, ppm: number) => ({ ppm, creator: name === null ? null : { name } });
const commission = (amount: string, currencyCode: string, status: 'PENDING' | 'VOID' = 'PENDING') => ({ __typename: 'Commission' as const, id: amount, status, amount: { __typename: 'Money' as const, amount, currencyCode } });

describe('who earned an order', () => {
  it('is one name, or names with their parts', () => {
    expect(whoEarned({ verdict: 'CREDITED', credits: [credit('Maya Okafor', 1_000_000)] })).toBe('Maya Okafor');
    expect(whoEarned({ verdict: 'CREDITED', credits: [credit('Jonas', 400_000), credit('Maya', 200_000), credit('Maya', 400_000)] })).toBe('Maya 60%, Jonas 40%');
  });

  it('says when nobody did or nobody knows yet', () => {
    expect(whoEarned({ verdict: 'NO_CREDIT', credits: [] })).toBe('Nobody');
    expect(whoEarned({ verdict: 'NEEDS_PERSON', credits: [] })).toBe('A person has to look');
    expect(whoEarned(null)).toBe('Being decided');
  });
});

describe('what creators earn of an order', () => {
  it('is summed within a currency and leaves out what is void', () => {
    expect(earnedWords([commission('8.98', 'EUR'), commission('1.02', 'EUR'), commission('5.00', 'EUR', 'VOID')])).toBe('€10.00');
    expect(earnedWords([commission('8.98', 'EUR'), commission('2.00', 'USD')])).toBe('€8.98 + $2.00');
    expect(earnedWords([])).toBe('–');
  });
});

describe('flags', () => {
  it('are never shown as codes', () => {
    expect(flagWords('OVER_REFUNDED')).toBe('More was refunded than paid');
    expect(flagWords('SOMETHING_NEW')).toBe('Something new');
  });
});

describe('orders that came while the list stood open', () => {
  it('are one name, or a number', () => {
    expect(newOrdersWords(1, '#1042')).toBe('New: #1042');
    expect(newOrdersWords(3, '#1044')).toBe('3 new orders');
    expect(newOrdersWords(200, '#1044')).toBe('200 new orders or more');
  });
});
