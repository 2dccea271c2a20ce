import type { Money } from './format';

/** An amount as a whole number of its last decimal place, and how many places there are. */
function scaled(amount: string): { units: bigint; places: number } {
  const [whole = '0', fraction = ''] = amount.replace(/^\+/, '').split('.');
  const negative = whole.startsWith('-');
  const digits = BigInt(`${whole.replace('-', '') || '0'}${fraction}`);
  return { units: negative ? -digits : digits, places: fraction.length };
}

function written(units: bigint, places: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const text = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return units < 0n ? `-${text}` : text;
}

/** Adds amounts of one currency exactly; nothing gives null. */
export function sum(amounts: readonly Money[]): Money | null {
  const first = amounts[0];
  if (!first) return null;
  const parts = amounts.map((money) => scaled(money.amount));
  const places = Math.max(...parts.map((part) => part.places));
  const units = parts.reduce((total, part) => total + part.units * 10n ** BigInt(places - part.places), 0n);
  return { amount: written(units, places), currencyCode: first.currencyCode };
}

/** The same amount with the other sign. */
export const negated = (money: Money): Money => {
  const { units, places } = scaled(money.amount);
  return { amount: written(-units, places), currencyCode: money.currencyCode };
};

/** Subtracts one amount from another of the same currency, exactly. */
export const difference = (from: Money, taken: Money): Money => sum([from, negated(taken)]) ?? from;

/** Compares two amounts of one currency: below zero when the first is smaller. */
export function compareAmounts(a: Money, b: Money): number {
  const { units } = scaled(difference(a, b).amount);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** True when there is something: more than zero. */
export const isPositive = (money: Money): boolean => scaled(money.amount).units > 0n;
