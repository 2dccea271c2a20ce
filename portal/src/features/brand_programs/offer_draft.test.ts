import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { draftOf, exampleOf, readOffer, readPercent, sentenceOf } from './offer_draft';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });
const draft = (changes: Partial<ReturnType<typeof draftOf>> = {}) => ({ ...draftOf(null), ...changes });

describe('a typed share', () => {
  it('is read in hundredths of a percent', () => {
    expect(readPercent('15')).toBe(1500);
    expect(readPercent(' 12,5 %')).toBe(1250);
    expect(readPercent('0.25')).toBe(25);
    expect(readPercent('12.345')).toBeNull();
    expect(readPercent('a lot')).toBeNull();
  });
});

describe('a draft', () => {
  it('says what it means in one sentence', () => {
    expect(sentenceOf(draft({ newCustomerRate: '20', capPerOrder: '50' }), 'EUR')).toBe('15% of each sale, 20% for new customers, at most €50.00 for one order');
    expect(sentenceOf(draft({ overrides: [{ name: 'Serum launch', rate: '20', collections: 'serum', productIds: '' }, { name: 'gift sets', rate: '0', collections: 'gifts', productIds: '' }] }), 'EUR')).toBe('15% of each sale, 20% on Serum launch, nothing on gift sets');
    expect(sentenceOf(draft({ kind: 'FLAT_PER_ORDER', flatAmount: '4' }), 'EUR')).toBe('€4.00 for each order');
    expect(sentenceOf(draft({ rate: '' }), 'EUR')).toBe('Write the rate, and the sentence stands here.');
  });

  it('says what later orders earn', () => {
    expect(sentenceOf(draft({ recurringTerm: 'MONTHS', recurringMonths: '6', recurringRate: '5' }), 'EUR')).toBe('15% of each sale, 5% on later orders of customers you bring, for 6 months');
    expect(sentenceOf(draft({ recurringTerm: 'LIFETIME' }), 'EUR')).toBe('15% of each sale, the same on later orders of customers you bring');
    expect(readOffer(draft({ recurringTerm: 'MONTHS', recurringMonths: '0' }), 'EUR').errors.map((error) => error.field)).toEqual([['recurring', 'months']]);
    expect(readOffer(draft(), 'EUR').recurring).toBeNull();
  });

  it('says where it is wrong', () => {
    const read = readOffer(draft({ rate: 'x', capPerOrder: '5.001', overrides: [{ name: 'A', rate: '', collections: '', productIds: '' }] }), 'EUR');
    expect(read.errors.map((error) => [(error.field as string[]).join('.'), error.code])).toEqual([
      ['rate', 'BAD_FORMAT'],
      ['capPerOrder', 'BAD_FORMAT'],
      ['overrides.0.rate', 'REQUIRED'],
    ]);
  });

  it('begins with the offer in force', () => {
    const again = draftOf({ name: 'Autumn', kind: 'PERCENT', rate: 1250, newCustomerRate: null, flatAmount: null, capPerOrder: eur('50.00'), overrides: [{ name: 'Serum', rate: 2000, productIds: ['1', '2'], collections: [] }] });
    expect(again).toMatchObject({ name: 'Autumn', rate: '12.5', newCustomerRate: '', capPerOrder: '50.00' });
    expect(readOffer(again, 'EUR').overrides).toEqual([{ name: 'Serum', rate: 2000, productIds: ['1', '2'], collections: [] }]);
  });
});

describe('an example', () => {
  it('is exact and keeps the cap', () => {
    expect(exampleOf(draft({ rate: '12.5' }), 'EUR', '89.24', false)).toEqual(eur('11.16'));
    expect(exampleOf(draft({ rate: '15', newCustomerRate: '20' }), 'EUR', '80.00', true)).toEqual(eur('16.00'));
    expect(exampleOf(draft({ rate: '50', capPerOrder: '10' }), 'EUR', '80.00', false)).toEqual(eur('10.00'));
    expect(exampleOf(draft({ kind: 'FLAT_PER_UNIT', flatAmount: '3' }), 'EUR', '80.00', false)).toEqual(eur('6.00'));
    expect(exampleOf(draft({ rate: '' }), 'EUR', '80.00', false)).toBeNull();
  });
});
