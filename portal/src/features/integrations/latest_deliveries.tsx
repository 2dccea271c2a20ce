import { Link } from 'react-router';
import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { formatRelative } from '@/lib/format';
import { Status, usePanel, useView } from '@/ui';
import { DeliveriesDocument } from './deliveries_document';
import { deliverySaid, topicWords } from './delivery_words';

const FRESH = { additionalTypenames: ['InboundDelivery'] };
const SHOWN = 5;

/** The last few deliveries of one shop, each with what became of it. */
export function LatestDeliveries({ integrationId }: { integrationId: string }) {
  const brand = useBrand();
  const view = useView();
  const panel = usePanel();
  const [{ data }] = useQuery({ query: DeliveriesDocument, variables: { brandId: brand.id, integrationId, first: SHOWN }, context: FRESH });
  const rows = data?.inboundDeliveries.nodes ?? [];
  if (rows.length === 0) return null;
  return (
    <section>
      <div className="row between g3 base" style={{ marginBottom: 4 }}>
        <h3>What came last</h3>
        <Link className="lk sm" to={view.href({ shop: integrationId, deliveries: null, open: null })}>
          All of this shop
        </Link>
      </div>
      <ul className="latest">
        {rows.map((row) => {
          const { tone, words } = deliverySaid(row);
          return (
            <li key={row.id}>
              <button type="button" className="row between g3" onClick={() => panel.show(row.id)}>
                <span className="grow">
                  <span className="b blk ell">{topicWords(row.topic)}</span>
                  <span className="sm"><Status tone={tone}>{words}</Status></span>
                </span>
                <span className="sm dim nw">{formatRelative(row.receivedAt)}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
