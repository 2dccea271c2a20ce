import type { DeliveryStatus } from '@/gql/graphql';
import type { Tone } from '@/ui/status';

/** What a sender's word for a delivery means. */
const TOPICS: Record<string, string> = {
  'orders/create': 'A new order',
  'orders/paid': 'A payment',
  'orders/updated': 'A changed order',
  'orders/cancelled': 'A cancelled order',
  'refunds/create': 'A refund',
  'order.created': 'A new order',
  'order.updated': 'A changed order',
  'checkout.session.completed': 'A finished checkout',
  'checkout.session.async_payment_succeeded': 'A payment',
  'checkout.session.async_payment_failed': 'A failed payment',
  'checkout.session.expired': 'An abandoned checkout',
  'charge.refunded': 'A refund',
  'charge.dispute.created': 'A chargeback',
  'charge.dispute.updated': 'News of a chargeback',
  'charge.dispute.closed': 'A decided chargeback',
  'invoice.paid': 'A payment of a subscription',
  json: 'A signed call',
  query: 'A signed address',
};

/** What a delivery tells; the sender's own word where it is not known. */
export const topicWords = (topic: string): string => TOPICS[topic] ?? (topic ? `Other news: ${topic}` : 'Other news');

/** What can wait for its order. */
function waiting(topic: string): string {
  if (topic.includes('refund')) return 'A refund';
  return topic.includes('dispute') ? 'A chargeback' : 'A refund or a chargeback';
}

interface Told {
  topic: string;
  status: DeliveryStatus;
  outcome: string;
  waitsTooLong: boolean;
}

/** How far the handling of a delivery has come, and what follows from it. */
export function deliverySaid({ topic, status, outcome, waitsTooLong }: Told): { tone: Tone; words: string; detail?: string } {
  switch (status) {
    case 'STORED':
      return { tone: 'wait', words: 'Being handled', detail: 'This takes a moment.' };
    case 'DONE':
      return { tone: 'ok', words: 'Handled', detail: outcome || undefined };
    case 'WAITING':
      return waitsTooLong
        ? { tone: 'bad', words: 'Waits too long for its order', detail: `${waiting(topic)} whose order has not come in seven days. Import the order, or have the shop send it again.` }
        : { tone: 'wait', words: 'Waits for its order', detail: `${waiting(topic)} that came before its order. It is handled when the order comes.` };
    case 'FAILED':
      return { tone: 'bad', words: 'Could not be handled', detail: outcome || 'Have it handled again when the cause is mended.' };
    case 'IGNORED':
      return { tone: 'quiet', words: 'Not needed', detail: outcome || 'It says nothing about what creators earn.' };
  }
}
