import { beforeAll, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { exampleWords, partnershipWords, touchWords } from './program_words';

beforeAll(() => setReader('en-GB', 'UTC'));

describe('the words of a program', () => {
  it('give an example that is exact to the cent', () => {
    expect(exampleWords({ kind: 'PERCENT', rate: 1255 }, 'EUR')).toBe('An order of €100 without tax and shipping earns you €12.55.');
    expect(exampleWords({ kind: 'PERCENT', rate: 5 }, 'EUR')).toBe('An order of €100 without tax and shipping earns you €0.05.');
    expect(exampleWords({ kind: 'FLAT_PER_ORDER', flatAmount: { amount: '4.00', currencyCode: 'USD' } }, 'USD')).toBe('Every order earns $4.00.');
    expect(exampleWords({ kind: 'PERCENT', rate: 1000 }, 'JPY')).toBeNull();
  });

  it('say why a partnership is paused', () => {
    expect(partnershipWords({ status: 'PAUSED', pauseKind: 'TERMS' }).words).toBe('Paused until you accept the new terms');
  });

  it('name what may earn', () => {
    expect(touchWords(['CLICK', 'CODE'])).toBe('Links and codes');
  });
});
