import type { CommissionKind, RecurringTerm } from '@/gql/graphql';
import { formatBasisPoints, formatMoney, parseAmount, plural, type Money } from '@/lib/format';
import type { UserError } from '@/ui/form';

/** Another rate for some products, as it is typed. */
export interface DraftOverride {
  name: string;
  rate: string;
  /** With commas between. */
  collections: string;
  productIds: string;
}

/** Commission terms as they are typed. */
export interface OfferDraft {
  name: string;
  kind: CommissionKind;
  rate: string;
  newCustomerRate: string;
  flatAmount: string;
  capPerOrder: string;
  overrides: DraftOverride[];
  /** For how long later orders earn; '' where the offer says nothing of them. */
  recurringTerm: RecurringTerm | '';
  recurringMonths: string;
  recurringRate: string;
  recurringKept: boolean;
  note: string;
}

/** The offer in force, as far as a draft begins with it. */
interface Published {
  name: string;
  kind: CommissionKind;
  rate?: number | null;
  newCustomerRate?: number | null;
  flatAmount?: Money | null;
  capPerOrder?: Money | null;
  overrides: readonly { name: string; rate: number; productIds: readonly string[]; collections: readonly string[] }[];
  recurring?: { term: RecurringTerm; months?: number | null; rate?: number | null; keptAfterRetirement: boolean } | null;
}

const percentText = (basisPoints: number | null | undefined) => (basisPoints == null ? '' : String(basisPoints / 100));

/** A draft that says the same as the offer in force; a usual one where there is none. */
export function draftOf(offer: Published | null | undefined): OfferDraft {
  if (!offer) return { name: 'Standard', kind: 'PERCENT', rate: '15', newCustomerRate: '', flatAmount: '', capPerOrder: '', overrides: [], recurringTerm: '', recurringMonths: '12', recurringRate: '', recurringKept: false, note: '' };
  return {
    name: offer.name,
    kind: offer.kind,
    rate: percentText(offer.rate),
    newCustomerRate: percentText(offer.newCustomerRate),
    flatAmount: offer.flatAmount?.amount ?? '',
    capPerOrder: offer.capPerOrder?.amount ?? '',
    overrides: offer.overrides.map((override) => ({ name: override.name, rate: percentText(override.rate), collections: override.collections.join(', '), productIds: override.productIds.join(', ') })),
    recurringTerm: offer.recurring && offer.recurring.term !== 'FIRST_ORDER' ? offer.recurring.term : '',
    recurringMonths: String(offer.recurring?.months ?? 12),
    recurringRate: percentText(offer.recurring?.rate),
    recurringKept: offer.recurring?.keptAfterRetirement ?? false,
    note: '',
  };
}

/** Reads "12.5" or "12,5 %" as basis points; null when it is not a share. */
export function readPercent(text: string): number | null {
  const plain = text.trim().replace(/\s*%$/, '').replace(',', '.');
  if (!/^\d{1,3}(\.\d{1,2})?$/.test(plain)) return null;
  const [whole = '0', fraction = ''] = plain.split('.');
  return Number(whole) * 100 + Number(fraction.padEnd(2, '0'));
}

/** The draft as the API takes it, or what is wrong with it. */
export interface ReadOffer {
  rate: number | null;
  newCustomerRate: number | null;
  flatAmount: Money | null;
  capPerOrder: Money | null;
  overrides: { name: string; rate: number; collections: string[]; productIds: string[] }[];
  recurring: { term: RecurringTerm; months: number | null; rate: number | null; keptAfterRetirement: boolean } | null;
  errors: UserError[];
}

const words = (text: string) => [...new Set(text.split(',').map((word) => word.trim()).filter(Boolean))];

/** Reads a draft in a program's currency. */
export function readOffer(draft: OfferDraft, currencyCode: string): ReadOffer {
  const errors: UserError[] = [];
  const share = (text: string, field: string[], needed: boolean): number | null => {
    if (text.trim() === '' && !needed) return null;
    const read = readPercent(text);
    if (read === null) errors.push({ code: text.trim() === '' ? 'REQUIRED' : 'BAD_FORMAT', message: 'Write a percentage, for example 12.5.', field });
    return read;
  };
  const money = (text: string, field: string[], needed: boolean): Money | null => {
    if (text.trim() === '' && !needed) return null;
    const amount = parseAmount(text, currencyCode);
    if (amount === null) errors.push({ code: text.trim() === '' ? 'REQUIRED' : 'BAD_FORMAT', message: 'Write an amount, for example 5.00.', field });
    return amount === null ? null : { amount, currencyCode };
  };
  const percent = draft.kind === 'PERCENT';
  const months = (): number | null => {
    if (draft.recurringTerm !== 'MONTHS') return null;
    const read = /^\d{1,3}$/.test(draft.recurringMonths.trim()) ? Number(draft.recurringMonths) : 0;
    if (read < 1 || read > 120) errors.push({ code: 'OUT_OF_RANGE', message: 'Write a number of months, 1 to 120.', field: ['recurring', 'months'] });
    return read;
  };
  return {
    rate: percent ? share(draft.rate, ['rate'], true) : null,
    newCustomerRate: percent ? share(draft.newCustomerRate, ['newCustomerRate'], false) : null,
    flatAmount: percent ? null : money(draft.flatAmount, ['flatAmount'], true),
    capPerOrder: money(draft.capPerOrder, ['capPerOrder'], false),
    overrides: percent
      ? draft.overrides.map((override, index) => {
          const rate = share(override.rate, ['overrides', String(index), 'rate'], true);
          return { name: override.name.trim(), rate: rate ?? 0, collections: words(override.collections), productIds: words(override.productIds) };
        })
      : [],
    recurring: draft.recurringTerm === '' ? null : { term: draft.recurringTerm, months: months(), rate: draft.recurringTerm === 'FIRST_ORDER' ? null : share(draft.recurringRate, ['recurring', 'rate'], false), keptAfterRetirement: draft.recurringTerm !== 'FIRST_ORDER' && draft.recurringKept },
    errors,
  };
}

/** What the terms say, in one sentence, while they are still being typed. */
export function sentenceOf(draft: OfferDraft, currencyCode: string): string {
  const read = readOffer(draft, currencyCode);
  const parts: string[] = [];
  if (draft.kind === 'PERCENT') {
    if (read.rate === null) return 'Write the rate, and the sentence stands here.';
    parts.push(`${formatBasisPoints(read.rate)} of each sale`);
    if (read.newCustomerRate !== null) parts.push(`${formatBasisPoints(read.newCustomerRate)} for new customers`);
    for (const override of read.overrides) if (override.name) parts.push(override.rate === 0 ? `nothing on ${override.name}` : `${formatBasisPoints(override.rate)} on ${override.name}`);
  } else {
    if (!read.flatAmount) return 'Write the amount, and the sentence stands here.';
    parts.push(`${formatMoney(read.flatAmount)} for each ${draft.kind === 'FLAT_PER_ORDER' ? 'order' : 'piece sold'}`);
  }
  if (read.recurring && read.recurring.term !== 'FIRST_ORDER') {
    const rate = read.recurring.rate === null ? 'the same' : formatBasisPoints(read.recurring.rate);
    parts.push(`${rate} on later orders of customers you bring${read.recurring.months ? `, for ${plural(read.recurring.months, 'month', 'months')}` : ''}`);
  }
  if (read.capPerOrder) parts.push(`at most ${formatMoney(read.capPerOrder)} for one order`);
  return parts.join(', ');
}

/** The smallest unit of a currency in which examples are reckoned exactly. */
const toUnits = (amount: string): bigint => {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole) * 100n + BigInt(fraction.padEnd(2, '0').slice(0, 2) || '0');
};
const fromUnits = (units: bigint): string => `${units / 100n}.${(units % 100n).toString().padStart(2, '0')}`;

/** What an example order of one line and two pieces would earn; rounded half up to the hundredth. Null while the draft cannot be read. */
export function exampleOf(draft: OfferDraft, currencyCode: string, net: string, newCustomer: boolean): Money | null {
  const read = readOffer(draft, currencyCode);
  let units: bigint;
  if (draft.kind === 'PERCENT') {
    const rate = newCustomer && read.newCustomerRate !== null ? read.newCustomerRate : read.rate;
    if (rate === null) return null;
    units = (toUnits(net) * BigInt(rate) + 5_000n) / 10_000n;
  } else {
    if (!read.flatAmount) return null;
    units = toUnits(read.flatAmount.amount) * (draft.kind === 'FLAT_PER_UNIT' ? 2n : 1n);
  }
  const cap = read.capPerOrder ? toUnits(read.capPerOrder.amount) : null;
  return { amount: fromUnits(cap !== null && units > cap ? cap : units), currencyCode };
}
