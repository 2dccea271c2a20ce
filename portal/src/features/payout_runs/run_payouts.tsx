import { useEffect, useRef } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { PayoutStatus, RunFieldsFragment, RunPayoutsQuery } from '@/gql/graphql';
import { formatMoney, formatNumber, formatTime, toDrawing } from '@/lib/format';
import { Button, Card, DataTable, Loaded, MoreRows, Person, Status, TableSkeleton, Tabs, useView, When, type Column } from '@/ui';
import { RetryDocument } from './run_document';
import { Skipped } from './skipped';
import { isMoving, isOver, payoutSaid } from './words';

export const PayoutFields = graphql(`
  fragment PayoutFields on Payout {
    id
    creator {
      id
      name
    }
    amount {
      ...MoneyFields
    }
    status
    sentence
    providerReference
    bankArrival
    paidAt
    createdAt
  }
`);

const RunPayoutsDocument = graphql(`
  query RunPayouts($id: ID!, $status: PayoutStatus, $first: Int, $after: String) {
    payoutRun(id: $id) {
      id
      payouts(status: $status, first: $first, after: $after) {
        nodes {
          ...PayoutFields
        }
        pageInfo {
          ...PageInfoFields
        }
      }
    }
  }
`);

const TroubleDocument = graphql(`
  query RunTrouble($id: ID!) {
    payoutRun(id: $id) {
      id
      failed: payouts(status: FAILED, first: 100) {
        nodes {
          ...PayoutFields
        }
      }
      unknown: payouts(status: UNKNOWN, first: 100) {
        nodes {
          ...PayoutFields
        }
      }
      waiting: payouts(status: WAITING, first: 100) {
        nodes {
          ...PayoutFields
        }
      }
    }
  }
`);

type Row = NonNullable<RunPayoutsQuery['payoutRun']>['payouts']['nodes'][number];
type Skips = Parameters<typeof Skipped>[0]['rows'];

/** While a run moves, its list is read again this often, milliseconds. */
const READ_AGAIN_MS = 4_000;

const AT_BANK: Record<string, string> = { ON_THE_WAY: 'on the way to the bank', ARRIVED: 'at the bank', BANK_REFUSED: 'the bank refused it; it waits at Stripe' };

const shortReference = (reference: string) => (reference.length > 14 ? `${reference.slice(0, 7)}…${reference.slice(-4)}` : reference);

function Retry({ row }: { row: Row }) {
  const may = useMay();
  const [, retry] = useMutation(RetryDocument);
  const deed = useDeed();
  if (row.status === 'UNKNOWN') return <span className="mut">Asked again</span>;
  if (row.status !== 'FAILED' || !may('sendPayouts')) return null;
  return (
    <>
      <Button small icon="retry" busy={deed.busy} aria-label={`Retry the transfer to ${row.creator.name}`} onClick={() => void deed.run(async () => errorsOf(await retry({ input: { payoutId: row.id } }), (data) => data.retryPayout))}>
        Retry
      </Button>
      {deed.messages.map((message) => (
        <span key={message} className="sm" role="alert" style={{ color: 'var(--clay-text)', whiteSpace: 'normal' }}>
          {message}
        </span>
      ))}
    </>
  );
}

const what = (row: Row) => {
  const said = payoutSaid(row.status);
  const bank = AT_BANK[row.bankArrival];
  const detail = row.status === 'PAID' ? [row.paidAt ? formatTime(row.paidAt) : null, bank].filter(Boolean).join(', ') : row.sentence;
  return (
    <Status tone={said.tone} icon={said.icon} detail={detail || undefined}>
      {said.words}
    </Status>
  );
};

const columns: Column<Row>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'what', head: 'What happened', cell: what, phone: 'sentence', text: (row) => row.sentence },
  { key: 'reference', head: 'Transfer', cell: (row) => (row.providerReference ? <span className="sm mut n" title={row.providerReference}>{shortReference(row.providerReference)}</span> : null), text: (row) => row.providerReference ?? '' },
  { key: 'amount', head: 'Amount', right: true, cell: (row) => <b className="b">{formatMoney(row.amount)}</b>, phone: 'amount', sort: (row) => toDrawing(row.amount), text: (row) => row.amount.amount },
];
/** Before anything is sent, all payouts stand alike: who and how much says it all. */
const plannedColumns = columns.filter((column) => column.key === 'creator' || column.key === 'amount');
const troubleColumns: Column<Row>[] = [...columns.filter((column) => column.key !== 'reference'), { key: 'retry', head: '', right: true, cell: (row) => <Retry row={row} />, phone: 'state' }];

/** The payouts of a run: all, paid, those that need a look, and who was left out. */
export function RunPayouts({ run, skipped }: { run: RunFieldsFragment; skipped: Skips }) {
  const view = useView();
  const progress = run.progress;
  const started = isMoving(run.status) || run.status === 'COMPLETED' || run.status === 'COMPLETED_WITH_FAILURES';
  const [trouble, readTrouble] = useQuery({ query: TroubleDocument, variables: { id: run.id }, pause: !started });
  const look = trouble.data?.payoutRun ? [...trouble.data.payoutRun.failed.nodes, ...trouble.data.payoutRun.unknown.nodes, ...trouble.data.payoutRun.waiting.nodes] : null;
  const tab = view.get('tab', started && progress.failed > 0 ? 'look' : run.payoutCount === 0 ? 'wait' : 'all');
  const status: PayoutStatus | null = tab === 'paid' ? 'PAID' : null;
  const list = useRows({ query: RunPayoutsDocument, variables: { id: run.id, status, first: 50 }, pick: (data) => data.payoutRun?.payouts, types: ['Payout'], pause: tab === 'look' || tab === 'wait' });
  const moving = run.status === 'SENDING';
  const readList = list.again;

  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => {
      readTrouble({ requestPolicy: 'network-only' });
      if (tab === 'all' || tab === 'paid') readList();
    }, READ_AGAIN_MS);
    return () => clearInterval(timer);
    // The readers are new functions at each drawing and always do the same.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [moving, tab]);

  // When the run comes to another state, the list is read once more, so that it never ends with what was half way.
  const seen = useRef(run.status);
  useEffect(() => {
    if (seen.current === run.status) return;
    seen.current = run.status;
    readList();
    if (started) readTrouble({ requestPolicy: 'network-only' });
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the readers are new functions at each drawing and always do the same
  }, [run.status]);

  return (
    <Card label="Payouts of this run">
      <div className="tabtools">
        <Tabs
          label="Payouts"
          current={tab}
          tabs={[
            { key: 'all', label: started ? 'All' : isOver(run.status) ? 'Would have been paid' : 'Get paid', count: formatNumber(run.payoutCount), to: view.href({ tab: 'all' }) },
            ...(started ? [{ key: 'paid', label: 'Paid', count: formatNumber(progress.paid), to: view.href({ tab: 'paid' }) }, { key: 'look', label: 'Needs a look', count: look ? formatNumber(look.length) : undefined, to: view.href({ tab: 'look' }) }] : []),
            { key: 'wait', label: started ? 'Left out' : 'Wait', count: formatNumber(skipped.length), to: view.href({ tab: 'wait' }) },
          ]}
        />
      </div>
      {tab === 'wait' ? (
        <Skipped rows={skipped} total={skipped.length} />
      ) : tab === 'look' ? (
        <Loaded data={look} error={trouble.error} again={() => readTrouble({ requestPolicy: 'network-only' })} skeleton={<TableSkeleton rows={3} />}>
          {(rows) => (rows.length === 0 ? <p className="pad mut">Nothing needs a look: no transfer was refused and none is without an answer.</p> : <DataTable label="Payouts that need a look" rows={rows} columns={troubleColumns} rowKey={(row) => row.id} sortParam="looksort" />)}
        </Loaded>
      ) : (
        <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton />}>
          {(rows) =>
            rows.length === 0 ? (
              <p className="pad mut">{tab === 'paid' ? 'Nobody was paid yet.' : 'Nobody is in this run.'}</p>
            ) : (
              <DataTable label="Payouts" rows={rows} columns={started ? columns : plannedColumns} rowKey={(row) => row.id} defaultSort={started ? '' : '-amount'} foot={<MoreRows shown={rows.length} total={tab === 'paid' ? progress.paid : run.payoutCount} one="payout" many="payouts" more={list.more} busy={list.loadingMore} />} />
            )
          }
        </Loaded>
      )}
    </Card>
  );
}

const LATEST = 5;

/** The payouts that were paid last, while a run moves. */
export function Latest({ runId, paid }: { runId: string; paid: number }) {
  const [{ data }, run] = useQuery({ query: RunPayoutsDocument, variables: { id: runId, status: 'PAID', first: 100 } });
  useEffect(() => {
    run({ requestPolicy: 'network-only' });
    // Read again whenever one more was paid.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [paid]);
  const nodes = data?.payoutRun?.payouts.nodes ?? [];
  const latest = [...nodes].sort((a, b) => (b.paidAt ?? '').localeCompare(a.paidAt ?? '')).slice(0, LATEST);
  if (latest.length === 0) return null;
  return (
    <Card className="mt" title="Latest" action={<span className="sm dim">Live</span>}>
      <ul aria-live="off">
        {latest.map((row) => (
          <li key={row.id} className="row g4" style={{ padding: '10px var(--card-x)', borderTop: '1px solid var(--line)' }}>
            <span className="mut n">{row.paidAt ? <When at={row.paidAt} shape="time" /> : null}</span>
            <b className="b grow ell">{row.creator.name}</b>
            <span className="no-ph sm mut n">{row.providerReference ? shortReference(row.providerReference) : ''}</span>
            <Status tone="ok">Paid</Status>
            <b className="b n nw">{formatMoney(row.amount)}</b>
          </li>
        ))}
      </ul>
    </Card>
  );
}
