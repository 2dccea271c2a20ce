import { useEffect } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { DeliveryStatus } from '@/gql/graphql';
import { formatBytes, formatDateTime, formatNumber, formatRelative } from '@/lib/format';
import { BlockSkeleton, Button, Card, DataTable, ErrorState, Facts, FilterSelect, FormErrors, Icon, Loaded, MoreRows, SidePanel, Status, TableSkeleton, Tabs, usePanel, useView, type Column } from '@/ui';
import { DeliveriesDocument, DeliveryDocument, ReplayDeliveryDocument, type Delivery } from './deliveries_document';
import { deliverySaid, topicWords } from './delivery_words';

/** How long to wait before what is being handled is read again, ms. */
const READ_AGAIN_MS = 1_500;

const FRESH = { additionalTypenames: ['InboundDelivery'] };
/** Begins the ids of deliveries, so that the page knows whose panel is open. */
const PREFIX = 'dlv_';
const TABS: { key: DeliveryStatus | 'ALL'; label: string }[] = [
  { key: 'ALL', label: 'All' },
  { key: 'WAITING', label: 'Waiting' },
  { key: 'FAILED', label: 'Failed' },
];

function said(delivery: Delivery) {
  const { tone, words, detail } = deliverySaid(delivery);
  return (
    <Status tone={tone} detail={detail}>
      {words}
    </Status>
  );
}

const columns: Column<Delivery>[] = [
  { key: 'topic', head: 'What it tells', cell: (row) => <><b className="b blk">{topicWords(row.topic)}</b><span className="sm mut">{row.integration?.store}</span></>, phone: 'name', text: (row) => row.topic },
  { key: 'state', head: 'What became of it', cell: said, phone: 'sentence', text: (row) => deliverySaid(row).words },
  { key: 'when', head: 'Came', right: true, cell: (row) => <span className="mut">{formatRelative(row.receivedAt)}</span>, phone: 'time', sort: (row) => row.receivedAt, text: (row) => row.receivedAt },
];

/** What shops have sent and what became of it: what waits for its order and what failed, and having it handled again. */
export function Deliveries({ shops }: { shops: readonly { id: string; store: string }[] }) {
  const brand = useBrand();
  const view = useView();
  const panel = usePanel();
  const tab = TABS.find((entry) => entry.key === view.get('deliveries'))?.key ?? 'ALL';
  const shop = shops.find((entry) => entry.id === view.get('shop'))?.id ?? null;
  const list = useRows({ query: DeliveriesDocument, variables: { brandId: brand.id, integrationId: shop, status: tab === 'ALL' ? null : tab, first: 25 }, pick: (data) => data.inboundDeliveries, types: ['InboundDelivery'] });
  const { rows, again } = list;
  const moving = rows?.some((row) => row.status === 'STORED') ?? false;
  useEffect(() => {
    if (!moving) return;
    const timer = setTimeout(again, READ_AGAIN_MS);
    return () => clearTimeout(timer);
    // Each answer is a new list of rows: that sets the next look.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [moving, rows]);
  const open = panel.open?.startsWith(PREFIX) ? panel.open : null;
  return (
    <>
      <Card title="What came from your shops" className="mt" action={shops.length > 1 && <FilterSelect name="Shop" value={shop ?? ''} options={[{ value: '', label: 'All' }, ...shops.map((entry) => ({ value: entry.id, label: entry.store }))]} onChange={(value) => view.set({ shop: value || null })} />}>
        <div className="tabtools" style={{ paddingTop: 2 }}>
          <Tabs label="Deliveries" current={tab} tabs={TABS.map((entry) => ({ key: entry.key, label: entry.label, to: view.href({ deliveries: entry.key === 'ALL' ? null : entry.key, open: null }) }))} />
        </div>
        <Loaded data={rows} error={list.error} again={again} skeleton={<TableSkeleton columns={3} />}>
          {(found) =>
            found.length > 0 ? (
              <DataTable label="Deliveries" rows={found} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={open} sortParam="came" stickyHead={false} foot={<MoreRows shown={found.length} one="delivery" many="deliveries" more={list.more} busy={list.loadingMore} />} />
            ) : (
              <p className="pad mut">
                {tab === 'WAITING'
                  ? 'Nothing waits. A refund or a chargeback that comes before its order waits here until the order is there.'
                  : tab === 'FAILED'
                    ? 'Nothing failed. What cannot be read or recorded stands here, to be mended and handled again.'
                    : 'Nothing came yet. Each order, refund and chargeback that a shop tells of stands here, with what became of it.'}
              </p>
            )
          }
        </Loaded>
      </Card>
      {open && <DeliveryPanel key={open} id={open} known={rows?.find((row) => row.id === open)} onClose={panel.close} />}
    </>
  );
}

function DeliveryPanel({ id, known, onClose }: { id: string; known: Delivery | undefined; onClose: () => void }) {
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: DeliveryDocument, variables: { id }, pause: known !== undefined, context: FRESH });
  const [, replay] = useMutation(ReplayDeliveryDocument);
  const deed = useDeed();
  const delivery = known ?? (data?.node?.__typename === 'InboundDelivery' ? data.node : undefined);
  return (
    <SidePanel
      label="Delivery of a shop"
      onClose={onClose}
      head={
        <>
          <span className="tile" aria-hidden="true"><Icon name="inbox" size={20} /></span>
          <span className="grow">
            <b className="b blk">{delivery ? topicWords(delivery.topic) : 'Delivery of a shop'}</b>
            {delivery && <span className="sm mut">{delivery.integration?.store}</span>}
          </span>
        </>
      }
      foot={
        delivery && delivery.status !== 'STORED' && may('manageIntegrations') ? (
          <div className="grid" style={{ gap: 10 }}>
            <p className="sm mut">What is recorded already stays: the same order or refund is known by its own number.</p>
            <FormErrors messages={deed.messages} />
            <div>
              <Button kind="primary" icon="retry" busy={deed.busy} onClick={() => void deed.run(async () => errorsOf(await replay({ input: { deliveryId: delivery.id } }, FRESH), (answer) => answer.replayDelivery))}>
                Handle it again
              </Button>
            </div>
          </div>
        ) : undefined
      }
    >
      {!delivery ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such delivery, or it belongs to another brand.</p> : <BlockSkeleton height={240} />
      ) : (
        <div className="grid">
          {said(delivery)}
          <Facts
            items={[
              { name: 'In the shop’s word', value: <span style={{ overflowWrap: 'anywhere' }}>{delivery.topic || '–'}</span> },
              { name: 'Came', value: formatDateTime(delivery.receivedAt, 'short') },
              { name: 'Handled last', value: delivery.handledAt ? formatDateTime(delivery.handledAt, 'short') : 'Not yet' },
              { name: 'Handled', value: delivery.attempts === 1 ? 'Once' : `${formatNumber(delivery.attempts)} times` },
              { name: 'Length', value: formatBytes(delivery.bytes) },
            ]}
          />
          <p className="sm dim">What the shop wrote names customers, so it is kept and not shown.</p>
        </div>
      )}
    </SidePanel>
  );
}
