import { Link } from 'react-router';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { CustomerBindingsQuery } from '@/gql/graphql';
import { formatDate, formatMoney, formatNumber, toDrawing } from '@/lib/format';
import { ButtonLink, Card, DataTable, EmptyPage, Loaded, MoreRows, PageHead, Person, Status, TableSkeleton, type Column } from '@/ui';
import { bindingSaid } from './binding_words';

const BindingsDocument = graphql(`
  query CustomerBindings($brandId: ID!, $first: Int, $after: String) {
    customerBindings(brandId: $brandId, first: $first, after: $after) {
      nodes {
        id
        creator {
          id
          name
        }
        program {
          id
          name
        }
        firstOrder {
          id
          name
        }
        madeAt
        endsAt
        endedAt
        endReason
        renewals
        earned {
          ...MoneyFields
        }
      }
      pageInfo {
        ...PageInfoFields
      }
    }
  }
`);

type Row = CustomerBindingsQuery['customerBindings']['nodes'][number];

const columnsOf = (base: string): Column<Row>[] => [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} detail={row.program.name} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'order', head: 'First order', cell: (row) => (row.firstOrder ? <Link to={`${base}/orders/${row.firstOrder.id}`}>{row.firstOrder.name}</Link> : '–'), phone: 'sentence', text: (row) => row.firstOrder?.name ?? '' },
  { key: 'since', head: 'Since', cell: (row) => <span className="nw">{formatDate(row.madeAt)}</span>, sort: (row) => row.madeAt, phone: 'time', text: (row) => row.madeAt },
  {
    key: 'state',
    head: 'Lasts',
    cell: (row) => {
      const { tone, words, detail } = bindingSaid(row);
      return <Status tone={tone} detail={detail}>{words}</Status>;
    },
    phone: 'state',
    text: (row) => bindingSaid(row).words,
  },
  { key: 'renewals', head: 'Later orders', right: true, cell: (row) => formatNumber(row.renewals), sort: (row) => row.renewals, text: (row) => String(row.renewals) },
  { key: 'earned', head: 'Earned by them', right: true, cell: (row) => <b className="b">{formatMoney(row.earned)}</b>, sort: (row) => toDrawing(row.earned), phone: 'amount', text: (row) => row.earned.amount },
];

/** Customers whose later orders earn for the creator who brought the first. Who they are stays with the shop. */
export default function Bindings() {
  const brand = useBrand();
  const { hat } = useFrame();
  const list = useRows({ query: BindingsDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.customerBindings, types: ['CustomerBinding', 'Order'] });
  return (
    <>
      <PageHead title="Bound customers" line="Where an offer pays for later orders, a new customer is bound to the creator with most credit for their first paid order. Later orders then earn without a visit." />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={6} /></Card>}>
        {(rows) =>
          rows.length > 0 ? (
            <Card label="Bound customers" className="clip">
              <DataTable label="Bound customers" rows={rows} columns={columnsOf(hat.base)} rowKey={(row) => row.id} foot={<MoreRows shown={rows.length} total={null} one="customer" many="customers" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : (
            <EmptyPage
              title="No customer is bound yet"
              action={<ButtonLink kind="primary" to={`${hat.base}/programs`}>See your offers</ButtonLink>}
              steps={[
                { name: 'Pay for later orders', detail: 'An offer can promise commission on them, for some months or for as long as a customer buys.' },
                { name: 'A new customer buys', detail: 'Their first paid order binds them to the creator with most credit for it.' },
                { name: 'They come back', detail: 'Their orders earn without a link or code, unless another creator led to one.' },
              ]}
            >
              None of your offers has brought a new customer since it pays for later orders.
            </EmptyPage>
          )
        }
      </Loaded>
    </>
  );
}
