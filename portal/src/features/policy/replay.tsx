import { useEffect } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { formatCount } from '@/figures/measure';
import { useBrand, useFrame } from '@/frame/context';
import { formatDateTime, formatMoney, formatNumber, formatRange, toDrawing } from '@/lib/format';
import { BlockSkeleton, Button, Card, DataTable, FormErrors, Loaded, ProgressBar, StatRow, TableMenu, type Column } from '@/ui';
import { ReplaysDocument, StopReplayDocument } from './policy_document';
import { changeWords, draftSentence, type ReplayRow, type TriedDraft } from './replay_words';

/** How long to wait before progress is read again, ms. */
const READ_AGAIN = 1000;

const FRESH = { requestPolicy: 'cache-and-network' as const, additionalTypenames: ['PolicyReplay'] };

const COLUMNS: Column<ReplayRow>[] = [
  {
    key: 'creator',
    head: 'Creator',
    cell: (row) => (
      <>
        <b className="b ell blk" style={{ maxWidth: 240 }}>{row.creator.name}</b>
        <span className="sm dim ell" style={{ maxWidth: 240 }}>@{row.creator.handle}</span>
      </>
    ),
    phone: 'name',
    sort: (row) => row.creator.name,
    ascendingFirst: true,
    text: (row) => row.creator.name,
  },
  { key: 'orders', head: 'Orders', right: true, nowrap: true, cell: (row) => changeWords(row.ordersBefore, row.ordersAfter), sort: (row) => row.ordersAfter - row.ordersBefore, text: (row) => `${row.ordersBefore} → ${row.ordersAfter}` },
  { key: 'before', head: 'As decided', right: true, cell: (row) => formatMoney(row.before), sort: (row) => toDrawing(row.before), text: (row) => row.before.amount },
  { key: 'after', head: 'Under the draft', right: true, cell: (row) => formatMoney(row.after), sort: (row) => toDrawing(row.after), text: (row) => row.after.amount, phone: 'time' },
  { key: 'difference', head: 'Difference', right: true, cell: (row) => <b className="b">{formatMoney(row.difference, { signed: true })}</b>, sort: (row) => toDrawing(row.difference), text: (row) => row.difference.amount, phone: 'amount' },
  { key: 'facts', head: 'Facts', phoneOnly: true, phone: 'state', cell: (row) => `Orders ${changeWords(row.ordersBefore, row.ordersAfter)}` },
];

/** The latest try of a draft: how far it has come, and who would have gained or lost what. */
export function Replay() {
  const brand = useBrand();
  const { hat } = useFrame();
  const [found, read] = useQuery({ query: ReplaysDocument, variables: { brandId: brand.id }, context: FRESH });
  const latest = found.data?.policyReplays.nodes[0];
  const running = latest?.status === 'RUNNING';
  useEffect(() => {
    if (!running || found.fetching) return;
    const timer = setTimeout(() => read({ requestPolicy: 'network-only' }), READ_AGAIN);
    return () => clearTimeout(timer);
  }, [running, found.fetching, found.data, read]);
  return (
    <Loaded data={found.data} error={found.error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={120} />}>
      {() => (latest ? <Tried draft={latest} base={hat.base} /> : null)}
    </Loaded>
  );
}

function Tried({ draft, base }: { draft: TriedDraft; base: string }) {
  const [, stop] = useMutation(StopReplayDocument);
  const stopping = useDeed();
  const running = draft.status === 'RUNNING';
  return (
    <Card
      title="What the draft would have changed"
      className="mt clip"
      action={running ? <Button busy={stopping.busy} onClick={() => void stopping.run(async () => errorsOf(await stop({ input: { replayId: draft.id } }), (data) => data.stopPolicyReplay))}>Stop</Button> : draft.rows.length > 0 ? <TableMenu columns={COLUMNS} rows={draft.rows} fileName={`draft-${draft.from}-${draft.to}`} /> : undefined}
    >
      <div className="grid" style={{ padding: '0 var(--card-x) 16px' }}>
        <p className="mut" style={{ maxWidth: 720 }}>
          {draftSentence(draft)} Orders of {formatRange(draft.from, draft.to)}, tried {formatDateTime(draft.startedAt)}.
        </p>
        <FormErrors messages={stopping.messages} />
        {running && <ProgressBar label="Orders decided anew" parts={[{ words: 'orders looked at', count: draft.done, tone: 'ok' }, { words: 'to go', count: Math.max(0, draft.total - draft.done), tone: 'quiet' }]} />}
        {draft.status === 'STOPPED' && <p>It was stopped after {formatNumber(draft.done)} of {formatNumber(draft.total)} orders. What it found so far stands below.</p>}
        {draft.status === 'FAILED' && <p role="alert">It could not go on after {formatNumber(draft.done)} of {formatNumber(draft.total)} orders. {draft.failure} Nothing was changed.</p>}
        {!running && draft.total === 0 && <p>There are no orders in these days. Choose more days.</p>}
      </div>
      {draft.totals.map((total) => (
        <StatRow
          key={total.difference.currencyCode}
          stats={[
            { key: 'difference', label: 'Commission in all', value: formatMoney(total.difference, { signed: true }), from: `from ${formatMoney(total.before)} to ${formatMoney(total.after)}` },
            { key: 'changed', label: 'Orders divided otherwise', value: formatNumber(draft.changed), from: `of ${formatNumber(draft.done)}${draft.kept > 0 ? `; ${formatNumber(draft.kept)} were decided by people and stay` : ''}` },
            { key: 'gaining', label: 'Would have more', value: formatNumber(total.gaining), from: `of ${formatCount(total.creators)} creators` },
            { key: 'losing', label: 'Would have less', value: formatNumber(total.losing), from: `of ${formatCount(total.creators)} creators` },
          ]}
          tall
        />
      ))}
      {draft.rows.length > 0 && <DataTable label="Creators under the draft" rows={draft.rows} columns={COLUMNS} rowKey={(row) => `${row.creator.id}${row.before.currencyCode}`} sortParam="tried" to={(row) => `${base}/creators?creator=${row.creator.id}`} stickyHead={false} />}
    </Card>
  );
}
