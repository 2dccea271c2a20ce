import { useState } from 'react';
import { useSubscription } from 'urql';
import { graphql } from '@/gql';
import { formatNumber, plural } from '@/lib/format';
import { useHidden } from '@/lib/visibility';
import { Button } from '@/ui';

const OrderRecordedDocument = graphql(`
  subscription OrderRecorded($brandId: ID!) {
    orderRecorded(brandId: $brandId) {
      at
      count
      orders {
        id
        name
      }
    }
  }
`);

/** How many orders one message counts at most; there may be more. */
const COUNTED = 200;

/** What came since the list was read, in words: "New: #1042", "3 new orders". */
export function newOrdersWords(count: number, name: string | undefined): string {
  if (count === 1 && name) return `New: ${name}`;
  return count >= COUNTED ? `${formatNumber(count)} new orders or more` : plural(count, 'new order', 'new orders');
}

interface Come {
  count: number;
  name?: string;
  at: string;
}

/** Says that orders came while the list stood open, and shows them when asked: rows never jump under a reader's eyes. */
export function NewOrders({ brandId, again }: { brandId: string; /** Reads the list anew. */ again: () => void }) {
  const hidden = useHidden();
  const [shownAt, setShownAt] = useState('');
  const [{ data }] = useSubscription({ query: OrderRecordedDocument, variables: { brandId }, pause: hidden }, (before: Come | undefined, { orderRecorded: { at, count, orders } }): Come => {
    const since = before && before.at > shownAt ? before.count : 0;
    return count === 0 ? (before ?? { count: 0, at: '' }) : { count: since + count, name: orders[0]?.name, at };
  });
  const waiting = data && data.at > shownAt ? data.count : 0;
  return (
    <div role="status" style={waiting > 0 ? { marginBottom: 12 } : undefined}>
      {waiting > 0 && data && (
        <Button
          icon="arrow-up"
          onClick={() => {
            setShownAt(data.at);
            again();
          }}
        >
          {newOrdersWords(waiting, data.name)}
        </Button>
      )}
    </div>
  );
}
