import { Link } from 'react-router';
import { useRows } from '@/api/rows';
import { payoutSaid } from '@/features/payout_runs/words';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { BrandPayoutsQuery, PayoutStatus } from '@/gql/graphql';
import { formatDate, formatMoney, toDrawing } from '@/lib/format';
import { ButtonLink, Card, DataTable, EmptyPage, FilterSelect, Loaded, MoreRows, PageHead, Person, Status, TableMenu, TableSkeleton, useView, type Column } from '@/ui';

const BrandPayoutsDocument = graphql(`
  query BrandPayouts($brandId: ID!, $status: PayoutStatus, $first: Int, $after: String) {
    payouts(brandId: $brandId, status: $status, first: $first, after: $after) {
      nodes {
        id
        status
        sentence
        paidAt
        createdAt
        amount {
          ...MoneyFields
        }
        creator {
          id
          name
          handle
        }
        run {
          id
          number
        }
      }
      pageInfo {
        ...PageInfoFields
      }
    }
  }
`);

type Row = BrandPayoutsQuery['payouts']['nodes'][number];

const STATES: PayoutStatus[] = ['PAID', 'SENDING', 'UNKNOWN', 'WAITING', 'FAILED', 'PREPARED', 'APPROVED', 'RESERVED', 'SKIPPED', 'CANCELLED', 'REVERSED'];

/** Every payout to a creator, whichever run it was in. */
export default function BrandPayouts() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const status = STATES.find((entry) => entry === view.get('state')) ?? null;
  const list = useRows({ query: BrandPayoutsDocument, variables: { brandId: brand.id, status, first: 50 }, pick: (data) => data.payouts, types: ['Payout', 'PayoutRun'] });
  const columns: Column<Row>[] = [
    { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} detail={`@${row.creator.handle}`} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
    { key: 'state', head: 'State', cell: (row) => <Status tone={payoutSaid(row.status).tone} icon={payoutSaid(row.status).icon} detail={row.status === 'PAID' ? undefined : row.sentence}>{row.status === 'PAID' && row.paidAt ? `Paid on ${formatDate(row.paidAt)}` : payoutSaid(row.status).words}</Status>, phone: 'sentence', text: (row) => payoutSaid(row.status).words },
    { key: 'run', head: 'Run', cell: (row) => (row.run ? <Link className="lk n" to={`${hat.base}/runs/${row.run.id}`}>Run {row.run.number}</Link> : <span className="dim">–</span>), text: (row) => String(row.run?.number ?? '') },
    { key: 'made', head: 'Prepared', right: true, cell: (row) => <span className="mut">{formatDate(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
    { key: 'amount', head: 'Amount', right: true, cell: (row) => <b className="b">{formatMoney(row.amount)}</b>, phone: 'amount', sort: (row) => toDrawing(row.amount), text: (row) => row.amount.amount },
  ];
  return (
    <>
      <PageHead title="Payouts" line="What each creator was paid, or what stands in the way. Runs pay many at once." actions={<ButtonLink to={`${hat.base}/runs`}>Payout runs</ButtonLink>} />
      <div className="tools">
        <FilterSelect name="State" value={status ?? ''} options={[{ value: '', label: 'All' }, ...STATES.map((entry) => ({ value: entry, label: payoutSaid(entry).words }))]} onChange={(value) => view.set({ state: value || null })} />
        {list.rows && list.rows.length > 0 && <TableMenu columns={columns} rows={list.rows} fileName="payouts" />}
      </div>
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={5} /></Card>}>
        {(rows) =>
          rows.length > 0 ? (
            <Card label="Payouts">
              <DataTable label="Payouts" rows={rows} columns={columns} rowKey={(row) => row.id} foot={<MoreRows shown={rows.length} one="payout" many="payouts" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : status ? (
            <Card pad>
              <p className="mut">No payout is in this state.</p>
            </Card>
          ) : (
            <EmptyPage title="No creator was paid yet" solid={1} action={<ButtonLink kind="primary" icon="wallet" to={`${hat.base}/runs`}>Go to payout runs</ButtonLink>}>
              Each creator’s part of a run stands here, with its transfer and when it was paid.
            </EmptyPage>
          )
        }
      </Loaded>
    </>
  );
}
