import { useMay } from '@/frame/rights';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { PayoutRunsQuery } from '@/gql/graphql';
import { useRows } from '@/api/rows';
import { formatDate, formatMoney, formatNumber, toDrawing } from '@/lib/format';
import { ButtonLink, Card, DataTable, EmptyPage, Loaded, MoreRows, PageHead, Status, TableSkeleton, When, type Column } from '@/ui';
import { creators, runSaid } from './words';

const RunsDocument = graphql(`
  query PayoutRuns($brandId: ID!, $first: Int, $after: String) {
    payoutRuns(brandId: $brandId, first: $first, after: $after) {
      nodes {
        ...RunFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

type Row = PayoutRunsQuery['payoutRuns']['nodes'][number];

/** What is said below the state: who is next, or what happened. */
function next(run: Row): string {
  switch (run.status) {
    case 'PREPARED':
      return `${run.preparedBy.name} prepared it; another person approves`;
    case 'APPROVED':
      return run.approvalLapsesAt ? `${run.approvedBy?.name ?? 'Somebody'} approved it, good until ${formatDate(run.approvalLapsesAt)}` : 'Finance sends it';
    case 'SENDING':
    case 'PAUSED':
      return `${formatNumber(run.progress.paid)} of ${formatNumber(run.progress.total)} paid`;
    case 'COMPLETED_WITH_FAILURES':
      return `${formatNumber(run.progress.paid)} paid, ${formatNumber(run.progress.failed)} refused`;
    case 'COMPLETED':
      return run.completedAt ? `${run.progress.paid === 1 ? 'The one creator' : `All ${creators(run.progress.paid)}`} paid on ${formatDate(run.completedAt)}` : '';
    default:
      return run.reason ?? 'Nothing was sent';
  }
}

const columns: Column<Row>[] = [
  { key: 'run', head: 'Run', cell: (row) => <b className="b">Run {formatNumber(row.number)}</b>, phone: 'name', sort: (row) => row.number, text: (row) => String(row.number) },
  { key: 'state', head: 'State', cell: (row) => <Status tone={runSaid(row.status).tone} icon={runSaid(row.status).icon} detail={next(row)}>{runSaid(row.status).words}</Status>, phone: 'sentence', text: (row) => runSaid(row.status).words },
  { key: 'creators', head: 'Creators', right: true, cell: (row) => formatNumber(row.payoutCount), sort: (row) => row.payoutCount, text: (row) => String(row.payoutCount) },
  { key: 'total', head: 'Total', right: true, cell: (row) => <b className="b">{formatMoney(row.total)}</b>, phone: 'amount', sort: (row) => toDrawing(row.total), text: (row) => formatMoney(row.total) },
  { key: 'prepared', head: 'Prepared', right: true, cell: (row) => <When at={row.createdAt} />, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
];

/** Every payout run of the brand, the newest first. */
export default function Runs() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const list = useRows({ query: RunsDocument, variables: { brandId: brand.id, first: 20 }, pick: (data) => data.payoutRuns, types: ['PayoutRun', 'Payout'] });
  const prepare = may('preparePayouts') && (
    <ButtonLink kind="primary" icon="plus" to={`${hat.base}/runs/new`}>
      Prepare a run
    </ButtonLink>
  );
  return (
    <>
      <PageHead title="Payout runs" line="A run pays many creators at once. One person prepares it, another approves it, then it is sent." actions={list.rows?.length ? prepare : undefined} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={5} /></Card>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage
              title="No creator was paid yet"
              solid={1}
              action={prepare || undefined}
              steps={[
                { name: 'Prepare', detail: 'You see who gets how much, and who waits and why. Nothing moves.' },
                { name: 'Another person approves', detail: 'The approval holds for 72 hours.' },
                { name: 'Send', detail: 'Each transfer has its own key, so nobody is paid twice.' },
              ]}
            >
              When return periods are over, what creators earned can be paid in one run.
            </EmptyPage>
          ) : (
            <Card label="Payout runs">
              <DataTable label="Payout runs" rows={rows} columns={columns} rowKey={(row) => row.id} to={(row) => `${hat.base}/runs/${row.id}`} foot={<MoreRows shown={rows.length} total={list.total} one="run" many="runs" more={list.more} busy={list.loadingMore} />} />
            </Card>
          )
        }
      </Loaded>
    </>
  );
}
