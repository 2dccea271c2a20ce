import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { OrdersQuery } from '@/gql/graphql';
import { sum } from '@/lib/amount';
import { formatDateTime, formatMoney, toDrawing } from '@/lib/format';
import { ButtonLink, Card, Chip, DataTable, EmptyPage, FilterSelect, Loaded, MoreRows, PageHead, SearchBox, Status, TableMenu, TableSkeleton, useView, type Column } from '@/ui';
import { NewOrders } from './new_orders';
import { flagWords, PAYMENT_OPTIONS, paymentSaid, whoEarned } from './order_words';

const OrdersDocument = graphql(`
  query Orders($brandId: ID!, $payment: OrderPayment, $search: String, $first: Int, $after: String) {
    orders(brandId: $brandId, payment: $payment, search: $search, first: $first, after: $after) {
      nodes {
        id
        name
        placedAt
        payment
        test
        newCustomer
        flags
        total {
          ...MoneyFields
        }
        net {
          ...MoneyFields
        }
        attribution {
          id
          verdict
          credits {
            ppm
            creator {
              id
              name
            }
          }
        }
        commissions {
          id
          status
          amount {
            ...MoneyFields
          }
        }
      }
      pageInfo {
        ...PageInfoFields
      }
    }
  }
`);

type Row = OrdersQuery['orders']['nodes'][number];

/** What creators earn of an order: a sum where it is one currency, else each. */
export function earnedWords(commissions: Row['commissions']): string {
  const live = commissions.filter((commission) => commission.status !== 'VOID' && commission.status !== 'REVERSED');
  if (live.length === 0) return '–';
  const codes = new Set(live.map((commission) => commission.amount.currencyCode));
  return [...codes].map((code) => formatMoney(sum(live.map((commission) => commission.amount).filter((amount) => amount.currencyCode === code)) ?? { amount: '0', currencyCode: code })).join(' + ');
}

const columns: Column<Row>[] = [
  {
    key: 'order',
    head: 'Order',
    cell: (row) => (
      <span className="row g2 nw">
        <b className="b">{row.name}</b>
        {row.test && <Chip>Test</Chip>}
        {row.flags[0] && <Chip tone="bad">{flagWords(row.flags[0])}</Chip>}
      </span>
    ),
    phone: 'name',
    text: (row) => row.name,
  },
  { key: 'placed', head: 'Placed', cell: (row) => <span className="mut n">{formatDateTime(row.placedAt, 'short')}</span>, phone: 'time', nowrap: true, sort: (row) => row.placedAt, text: (row) => row.placedAt },
  { key: 'who', head: 'Who earned it', cell: (row) => whoEarned(row.attribution), text: (row) => whoEarned(row.attribution) },
  { key: 'customer', head: 'Customer', cell: (row) => (row.newCustomer ? 'New' : 'Came back'), optional: true, text: (row) => (row.newCustomer ? 'new' : 'came back') },
  { key: 'payment', head: 'Payment', cell: (row) => <Status tone={paymentSaid(row.payment).tone}>{paymentSaid(row.payment).words}</Status>, phone: 'state', nowrap: true, text: (row) => paymentSaid(row.payment).words },
  { key: 'net', head: 'Can earn', right: true, cell: (row) => formatMoney(row.net), sort: (row) => toDrawing(row.net), text: (row) => row.net.amount },
  { key: 'commission', head: 'Commission', right: true, cell: (row) => <b className="b">{earnedWords(row.commissions)}</b>, text: (row) => earnedWords(row.commissions) },
  { key: 'by', head: 'Who earned it', phoneOnly: true, phone: 'sentence', cell: (row) => (row.attribution?.credits.length ? `Earned by ${whoEarned(row.attribution)}` : row.attribution?.verdict === 'NO_CREDIT' ? 'Nobody earned it' : whoEarned(row.attribution)) },
  { key: 'total', head: 'Total', right: true, cell: (row) => formatMoney(row.total), phone: 'amount', sort: (row) => toDrawing(row.total), text: (row) => row.total.amount },
];

/** Orders of the brand, the newest first, each with who earned it. */
export default function Orders() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const payment = PAYMENT_OPTIONS.find((option) => option.value === view.get('payment'))?.value ?? null;
  const search = view.get('find');
  const list = useRows({ query: OrdersDocument, variables: { brandId: brand.id, payment, search: search || null, first: 50 }, pick: (data) => data.orders, types: ['Order', 'Refund', 'Commission'] });
  const narrowed = payment !== null || search !== '';
  return (
    <>
      <PageHead title="Orders" line="What your shop told, who earned it and why. Open an order to see its way." actions={may('writeOrders') && <ButtonLink icon="inbox" to={`${hat.base}/imports`}>Import orders</ButtonLink>} />
      {(narrowed || (list.rows?.length ?? 1) > 0) && (
        <div className="tools">
          <SearchBox label="Find an order number" value={search} onFind={(text) => view.set({ find: text || null })} />
          <FilterSelect name="Payment" value={payment ?? ''} options={[{ value: '', label: 'All' }, ...PAYMENT_OPTIONS]} onChange={(value) => view.set({ payment: value || null })} />
          {list.rows && list.rows.length > 0 && <TableMenu columns={columns} rows={list.rows} fileName="orders" />}
        </div>
      )}
      <NewOrders brandId={brand.id} again={list.again} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={6} rows={8} /></Card>}>
        {(rows) =>
          rows.length > 0 ? (
            <Card label="Orders">
              <DataTable label="Orders" rows={rows} columns={columns} rowKey={(row) => row.id} to={(row) => `${hat.base}/orders/${row.id}`} foot={<MoreRows shown={rows.length} one="order" many="orders" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : narrowed ? (
            <Card pad>
              <p className="mut">No order answers to that. Take the filters out to see all.</p>
            </Card>
          ) : (
            <EmptyPage
              title="No order was told yet"
              solid={1}
              action={<ButtonLink kind="primary" icon="webhook" to={`${hat.base}/integrations`}>Connect your shop</ButtonLink>}
              steps={[
                { name: 'Connect', detail: 'Shopify, WooCommerce, Stripe Checkout, or a signed call of your own.' },
                { name: 'An order comes in', detail: 'Within a second it is decided which touch earned it.' },
                { name: 'See its way', detail: 'Every touch that was found, and why it counted or not.' },
              ]}
            >
              Orders come from your shop by themselves. Each one shows who brought it.
            </EmptyPage>
          )
        }
      </Loaded>
    </>
  );
}
