import { describe, expect, it } from 'vitest';
import { kindSaid, sizeOfPosting } from './ledger_words';

const eur = (amount: string) => ({ amount: { amount, currencyCode: 'EUR' } });

describe('a posting', () => {
  it('is as large as its debits', () => {
    expect(sizeOfPosting([eur('8.98'), eur('-8.98')])).toEqual({ amount: '8.98', currencyCode: 'EUR' });
    expect(sizeOfPosting([eur('5.00'), eur('2.50'), eur('-7.50')])).toEqual({ amount: '7.50', currencyCode: 'EUR' });
    expect(sizeOfPosting([])).toBeNull();
  });

  it('is never shown as a code', () => {
    expect(kindSaid('COMMISSION_APPROVED')).toBe('Return period over');
    expect(kindSaid('SOME_NEW_KIND')).toBe('Some new kind');
  });
});
