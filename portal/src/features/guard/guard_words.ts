import type { BannedMode, EvidenceFieldsFragment, FindingMode, LeakMode } from '@/gql/graphql';
import { formatAmounts, formatNumber } from '@/lib/format';

/** How a leaked code counts, to choose from. */
export const LEAK_MODES: { value: LeakMode; label: string; follows: string }[] = [
  { value: 'OBSERVE', label: 'Only tell us', follows: 'It counts as before.' },
  { value: 'HOLD', label: 'Hold its commissions', follows: 'It counts, and each commission waits until somebody decides.' },
  { value: 'PAY_ONLY_WITH_CLICK', label: 'Pay only with a click', follows: 'It counts only where the shopper had clicked on the creator’s link too. Else the next touch wins.' },
];

/** How clicks from banned places count, to choose from. */
export const BANNED_MODES: { value: BannedMode; label: string }[] = [
  { value: 'HOLD', label: 'Hold their commissions' },
  { value: 'REFUSE', label: 'Do not count them' },
];

/** What follows from findings, to choose from. */
export const FINDING_MODES: { value: FindingMode; label: string }[] = [
  { value: 'OBSERVE', label: 'Only tell us' },
  { value: 'HOLD', label: 'Hold the commissions concerned' },
];

export const leakModeSaid = (mode: LeakMode): string => LEAK_MODES.find((entry) => entry.value === mode)?.label ?? '';

type Evidence = EvidenceFieldsFragment;

/** One thing that was seen, with its figures. */
export function evidenceSaid({ kind, seen, limit, of, name }: Evidence): string {
  const figure = (value: number | null | undefined): string => formatNumber(value ?? 0);
  switch (kind) {
    case 'SAME_EMAIL':
      return 'The buyer’s e-mail address is the one the creator signs in with and has confirmed.';
    case 'SAME_UNCONFIRMED_EMAIL':
      return 'The buyer’s e-mail address is the one the creator signs in with. The creator has not confirmed it.';
    case 'SAME_CUSTOMER':
      return seen === 1 ? 'The buyer’s account at the shop has ordered once before with the creator’s e-mail address.' : `The buyer’s account at the shop has ordered ${figure(seen)} times before with the creator’s e-mail address.`;
    case 'CREATORS_NETWORK':
      return 'The creator used the portal from the buyer’s network on the day of the click. By itself it proves nothing: households, offices and phones share a network.';
    case 'FAST_ORDER':
      return `The order came ${seen === 1 ? '1 second' : `${figure(seen)} seconds`} after the first click on the creator’s link. A shopper takes at least ${figure(limit)} seconds.`;
    case 'ORDERS_OF_NETWORK':
      return `This is order ${figure(seen)} by the creator’s links from one network on one day. From order ${figure(limit)} on they are held.`;
    case 'CODE_WITHOUT_CLICK':
      return `${figure(seen)} of ${figure(of)} orders with the code came without a click on the creator’s links before.`;
    case 'ORDER_BURST':
      return `${figure(seen)} orders with the code came within 24 hours, ${figure(of)} in the 13 days before, and the creator published nothing.`;
    case 'COUPON_SITE':
      return `${figure(seen)} of ${figure(of)} orders with the code were by shoppers who came from a coupon site${name ? `, for example ${name}` : ''}.`;
    case 'FEW_NEW_CUSTOMERS':
      return `${figure(seen)} of ${figure(of)} orders with the code were by new customers. With the program’s other codes it is ${figure(limit)}%.`;
    case 'CLICKS_OF_NETWORK':
      return `${figure(seen)} of ${figure(of)} clicks on the link that day came from one network.`;
    case 'REFUNDS':
      return `${figure(seen)}% of what was sold in ${figure(of)} orders was given back. With the program’s other creators it is ${figure(limit)}%.`;
    case 'PAUSED':
      return 'The partnership was paused for a breach of rules, or on suspicion of fraud, when the order came. The visit came before.';
    case 'LEAKED_CODE':
      return `Code ${name ?? ''} is known to have leaked.`;
    case 'BANNED_SOURCE':
      return `The visitor came from ${name || 'a place'}, which the program does not allow.`;
    case 'ONLY_BROWSER':
      return 'A page of the shop named the order by its number, which can be guessed. Nothing else ties a creator to it.';
    case 'NOTE':
      return formatAmounts(name ?? '');
  }
}
