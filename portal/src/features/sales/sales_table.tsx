import type { ReactNode } from 'react';
import type { CommissionType, SaleRowFragment } from '@/gql/graphql';
import { formatDateTime, formatMoney, toDrawing } from '@/lib/format';
import { Amount } from '@/ui/figures';
import { Status } from '@/ui/status';
import { DataTable, type Column } from '@/ui/table';
import { boughtWords, COMMISSION_TONE, stateWords, whyItCounted } from './sale_words';

const NOT_OF_A_SALE: Record<CommissionType, string> = {
  SALE: 'A sale',
  RECURRING: 'A returning customer',
  SUPPLEMENT: 'An order that grew',
  BONUS: 'Bonus',
  FEE: 'Fee for content',
  RETAINER: 'Monthly retainer',
  SHARE: 'Share of revenue',
};

/** What a row is called: the goods, or what was paid for where there is no order. */
export const saleTitle = (row: SaleRowFragment): string => (row.order ? boughtWords(row.order.lines) : NOT_OF_A_SALE[row.kind]);

/** The one sentence that explains a row. */
export function saleSentence(row: SaleRowFragment): string {
  if (!row.order) return row.sentence;
  // What became of the money matters more than why it once counted.
  if (row.status === 'REVERSED' || row.status === 'VOID' || row.status === 'HELD') return row.sentence;
  return row.order.attribution ? whyItCounted(row.order.attribution.touches, row.order.attribution.credits) : 'The credit for this order is being decided.';
}

/** Columns of a list of sales. */
export function saleColumns(withBrand: boolean): Column<SaleRowFragment>[] {
  return [
    { key: 'when', head: 'When', width: 132, nowrap: true, phone: 'time', cell: (row) => <span className="mut">{formatDateTime(row.occurredAt, 'short')}</span>, text: (row) => row.occurredAt },
    {
      key: 'what',
      head: 'What was bought, and why it counted',
      phone: 'name',
      cell: (row) => (
        <>
          <b className="b">{saleTitle(row)}</b>
          <span className="sm mut no-ph">{saleSentence(row)}</span>
        </>
      ),
      text: saleTitle,
    },
    { key: 'why', head: 'Why it counted', phoneOnly: true, phone: 'sentence', cell: saleSentence, text: saleSentence },
    ...(withBrand
      ? [{ key: 'brand', head: 'Program', nowrap: true, cell: (row: SaleRowFragment) => <>{row.program.name}<span className="sm dim">{row.program.brand.name}</span></>, text: (row: SaleRowFragment) => `${row.program.brand.name}: ${row.program.name}` }]
      : []),
    { key: 'state', head: 'State', nowrap: true, phone: 'state', cell: (row) => <Status tone={COMMISSION_TONE[row.status]}>{stateWords(row)}</Status>, text: stateWords },
    { key: 'earn', head: 'You earn', right: true, phone: 'amount', cell: (row) => <b className="b"><Amount value={row.amount} /></b>, text: (row) => formatMoney(row.amount), sort: (row) => toDrawing(row.amount) },
  ];
}

/** A list of sales; each row leads to the sale. */
export function SalesTable({ rows, columns, foot, label }: { rows: readonly SaleRowFragment[]; columns: readonly Column<SaleRowFragment>[]; foot?: ReactNode; label: string }) {
  return <DataTable label={label} rows={rows} columns={columns} rowKey={(row) => row.id} to={(row) => (row.order ? `/creator/sales/${row.order.id}` : '/creator/sales')} foot={foot} stickyHead={false} />;
}
