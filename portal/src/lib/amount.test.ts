import { describe, expect, it } from 'vitest';
import { compareAmounts, difference, isPositive, negated, sum } from './amount';

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });

describe('amounts', () => {
  it('are added without floating-point error', () => {
    expect(sum([eur('0.10'), eur('0.20'), eur('90071992547409.93')])).toEqual(eur('90071992547410.23'));
    expect(sum([{ amount: '5', currencyCode: 'JPY' }, { amount: '-7', currencyCode: 'JPY' }])).toEqual({ amount: '-2', currencyCode: 'JPY' });
    expect(sum([])).toBeNull();
  });

  it('are subtracted below zero and back', () => {
    expect(difference(eur('8.98'), eur('12.00'))).toEqual(eur('-3.02'));
    expect(difference(eur('0.05'), eur('0.05'))).toEqual(eur('0.00'));
    expect(negated(eur('-0.40'))).toEqual(eur('0.40'));
  });

  it('are ordered by size, not by spelling', () => {
    expect(compareAmounts(eur('9.00'), eur('10.00'))).toBe(-1);
    expect(compareAmounts(eur('-1.5'), eur('-1.50'))).toBe(0);
    expect(isPositive(eur('0.00'))).toBe(false);
    expect(isPositive(eur('0.01'))).toBe(true);
  });
});
