import type { SkipReason } from '@/gql/graphql';
import { formatMoney, formatNumber, toDrawing, type Money } from '@/lib/format';
import { DataTable, Person, Status, type Column } from '@/ui';
import { skipSaid } from './words';

interface Row {
  creator: { id: string; name: string };
  amount: Money;
  reason: SkipReason;
  sentence: string;
}

const columns: Column<Row>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'why', head: 'Why they wait, and what comes next', cell: (row) => <Status tone={skipSaid(row.reason).tone} icon={skipSaid(row.reason).icon} detail={row.sentence}>{skipSaid(row.reason).words}</Status>, phone: 'sentence', sort: (row) => skipSaid(row.reason).words, ascendingFirst: true, text: (row) => row.sentence },
  { key: 'balance', head: 'Balance', right: true, cell: (row) => <b className="b">{formatMoney(row.amount)}</b>, phone: 'amount', sort: (row) => toDrawing(row.amount), text: (row) => row.amount.amount },
];

/** Who is left out of a run, and why. */
export function Skipped({ rows, total }: { rows: readonly Row[]; total: number }) {
  if (rows.length === 0) return <p className="pad mut">Nobody waits: everybody who earned something can be paid.</p>;
  return <DataTable label="Who waits" rows={rows} columns={columns} rowKey={(row) => row.creator.id} defaultSort="-balance" sortParam="waitsort" foot={<span className="n">{formatNumber(rows.length)} of {formatNumber(total)}, highest balance first</span>} />;
}
