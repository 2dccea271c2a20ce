import type { CustomerBindingEnd } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import type { Tone } from '@/ui';

const ENDS: Record<CustomerBindingEnd, string> = {
  TERM: 'The promised time is over',
  RETIRED: 'The partnership is over',
  REFUNDED: 'The first order was given back',
  REASSIGNED: 'The first order was somebody else’s',
};

/** How a tie stands, in words. */
export function bindingSaid(binding: { endsAt?: string | null; endedAt?: string | null; endReason?: CustomerBindingEnd | null }): { tone: Tone; words: string; detail?: string } {
  if (binding.endedAt) return { tone: 'quiet', words: `Ended ${formatDate(binding.endedAt)}`, detail: binding.endReason ? ENDS[binding.endReason] : undefined };
  if (binding.endsAt) return { tone: 'ok', words: `Until ${formatDate(binding.endsAt)}` };
  return { tone: 'ok', words: 'As long as they buy' };
}
