import { describe, expect, it } from 'vitest';
import { farthest, modelOf, rowName, sizeOfPart, underModel, wordsOfPart, type ComparedRow } from './model_words';

const euros = (amount: string) => ({ amount, currencyCode: 'EUR' });
const row = (name: string | null, paid: number, markov: number): ComparedRow => ({
  creators: name ? 1 : 12,
  creator: name ? { id: name, name, handle: name } : null,
  paid: { orders: paid, revenue: euros(`${paid * 10}.00`) },
  modelled: [{ model: 'MARKOV', orders: markov, revenue: euros(`${markov * 10}.00`) }],
});

describe('a comparison', () => {
  it('names creators and those who stand together', () => {
    expect(rowName(row('Maya', 1, 1))).toBe('Maya');
    expect(rowName(row(null, 1, 1))).toBe('12 more creators');
  });

  it('finds what a row has under a model', () => {
    const part = underModel(row('Maya', 1, 2.25), 'MARKOV');
    expect(sizeOfPart(part, 'orders')).toBe(2.25);
    expect(sizeOfPart(part, 'revenue')).toBe(22.5);
    expect(wordsOfPart(part, 'orders')).toBe('2.3');
    expect(modelOf('nonsense').value).toBe('MARKOV');
  });

  it('says who is undervalued most, and nobody when nobody is', () => {
    const rows = [row('Maya', 9, 4), row('Noah', 1, 3), row('Ines', 0, 4), row(null, 0, 50)];
    expect(farthest(rows, 'MARKOV', 'orders')?.creator?.name).toBe('Ines');
    expect(farthest([row('Maya', 2, 2)], 'MARKOV', 'revenue')).toBeNull();
  });
});
