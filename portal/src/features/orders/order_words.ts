import type { OrderPayment, OrderSource, Verdict } from '@/gql/graphql';
import { formatPpm } from '@/lib/format';
import type { Tone } from '@/ui/status';

const PAYMENT: Record<OrderPayment, { words: string; tone: Tone }> = {
  AWAITING_PAYMENT: { words: 'Not paid yet', tone: 'wait' },
  PAID: { words: 'Paid', tone: 'ok' },
  PARTLY_REFUNDED: { words: 'Partly refunded', tone: 'quiet' },
  REFUNDED: { words: 'Refunded in full', tone: 'quiet' },
  CANCELLED: { words: 'Cancelled', tone: 'quiet' },
  EXPIRED: { words: 'Never paid', tone: 'quiet' },
  CHARGED_BACK: { words: 'Taken back by the customer’s bank', tone: 'bad' },
};

/** The payment side of an order in words. */
export const paymentSaid = (payment: OrderPayment): { words: string; tone: Tone } => PAYMENT[payment];

/** Payment states for a picker. */
export const PAYMENT_OPTIONS: readonly { value: OrderPayment; label: string }[] = (Object.keys(PAYMENT) as OrderPayment[]).map((value) => ({ value, label: PAYMENT[value].words }));

const SOURCES: Record<OrderSource, string> = {
  API: 'The API',
  SHOPIFY: 'Shopify',
  WOOCOMMERCE: 'WooCommerce',
  CHECKOUT: 'Stripe Checkout',
  POSTBACK: 'A signed call',
  CSV: 'An import',
};

/** Where an order was told from. */
export const sourceName = (source: OrderSource): string => SOURCES[source];

const FLAGS: Record<string, string> = {
  OVER_REFUNDED: 'More was refunded than paid',
  DISPUTED: 'The customer’s bank asks for the payment',
  REINSTATED: 'The bank gave a part of the payment back',
  REFUNDED_UNPAID: 'Refunded, though never said to be paid',
  CURRENCY_MISMATCH: 'A refund came in another currency',
  DUPLICATE: 'It looks like another order',
  LATE: 'It came late',
};

/** Something that a person should look at, in words. */
export const flagWords = (flag: string): string => FLAGS[flag] ?? flag.charAt(0) + flag.slice(1).toLowerCase().replaceAll('_', ' ');

interface Credited {
  verdict: Verdict;
  credits: readonly { ppm: number; creator?: { name: string } | null }[];
}

/** Who earned an order: one name, names with their parts, or why nobody did. */
export function whoEarned(attribution: Credited | null | undefined): string {
  if (!attribution) return 'Being decided';
  if (attribution.verdict === 'NEEDS_PERSON') return 'A person has to look';
  const parts = new Map<string, number>();
  for (const credit of attribution.credits) {
    const name = credit.creator?.name ?? 'Somebody else';
    parts.set(name, (parts.get(name) ?? 0) + credit.ppm);
  }
  if (parts.size === 0) return 'Nobody';
  const [only] = parts.keys();
  if (parts.size === 1) return only ?? 'Nobody';
  return [...parts]
    .sort((a, b) => b[1] - a[1])
    .map(([name, ppm]) => `${name} ${formatPpm(ppm)}`)
    .join(', ');
}
