import { useMemo, type ReactNode } from 'react';
import { Link, useNavigate } from 'react-router';
import { formatNumber } from '@/lib/format';
import { Icon } from './icon';
import { IconButton } from './button';
import { Menu } from './overlay';
import { useView } from './panel';

/** One column. On the phone a row becomes a card; `phone` says where a cell goes. */
export interface Column<Row> {
  key: string;
  head: string;
  cell: (row: Row) => ReactNode;
  /** Figures stand at the right. */
  right?: boolean;
  /** The key to sort by; the column's head becomes a button. */
  sort?: (row: Row) => string | number | null;
  /** The first press sorts downward, as people expect of figures; set true for names. */
  ascendingFirst?: boolean;
  /** name and amount on line one, sentence on line two, state and time on line three. */
  phone?: 'name' | 'amount' | 'sentence' | 'state' | 'time';
  /** Cell of the sum row. */
  sum?: ReactNode;
  /** The plain value for an export; without it the column is not exported. */
  text?: (row: Row) => string;
  width?: number | string;
  /** Left out until a person asks for it. */
  optional?: boolean;
  nowrap?: boolean;
  /** Only on the phone's card: the sentence that the table shows within another cell. */
  phoneOnly?: boolean;
}

/** What is sorted and which way. */
export interface Sort {
  key: string;
  down: boolean;
}

/** "-revenue" is downward by revenue, "name" upward by name. */
export function readSort(text: string): Sort | null {
  if (!text) return null;
  return text.startsWith('-') ? { key: text.slice(1), down: true } : { key: text, down: false };
}

/** The rows in order; what has no value comes last either way, and equal rows keep their places. */
export function sortRows<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: Sort | null): readonly Row[] {
  const by = sort && columns.find((column) => column.key === sort.key)?.sort;
  if (!by) return rows;
  const sign = sort.down ? -1 : 1;
  return [...rows].sort((a, b) => {
    const x = by(a);
    const y = by(b);
    if (x === null || y === null) return x === y ? 0 : x === null ? 1 : -1;
    if (typeof x === 'number' && typeof y === 'number') return (x - y) * sign;
    return String(x).localeCompare(String(y)) * sign;
  });
}

// A cell that a spreadsheet could take for a formula gets a quote before it.
const csvCell = (text: string) => {
  const safe = /^[=+@\t\r]/.test(text) || /^-(?![\d.]+$)/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** The rows as CSV: the columns that have a plain value, in their order. */
export function toCsv<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const exported = columns.filter((column) => column.text);
  const lines = [exported.map((column) => csvCell(column.head)), ...rows.map((row) => exported.map((column) => csvCell(column.text?.(row) ?? '')))];
  return lines.map((line) => line.join(',')).join('\r\n') + '\r\n';
}

/** Hands a file to the browser's downloads. */
export function saveFile(name: string, text: string, type = 'text/csv;charset=utf-8'): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

interface TableProps<Row> {
  /** Names the table for screen readers. */
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowKey: (row: Row) => string;
  /** Where a row leads: a page. */
  to?: (row: Row) => string;
  /** Or what it opens: a panel. */
  onOpen?: (row: Row) => void;
  /** The row whose panel is open. */
  open?: string | null;
  /** Name in the URL of what is sorted; several tables on a page need several. */
  sortParam?: string;
  defaultSort?: string;
  /** Rows are sorted by the server: only the URL is set. */
  serverSorted?: boolean;
  /** Below the rows: "7 of 31, highest balance first" and a link. */
  foot?: ReactNode;
  stickyHead?: boolean;
}

/** A table with a sticky head and figures at the right; cards on the phone. */
export function DataTable<Row>({ label, rows, columns, rowKey, to, onOpen, open, sortParam = 'sort', defaultSort = '', serverSorted, foot, stickyHead = true }: TableProps<Row>) {
  const view = useView();
  const navigate = useNavigate();
  const sortText = view.get(sortParam, defaultSort);
  const sort = readSort(sortText);
  const shownKeys = view.get('columns');
  const tight = view.get('rows') === 'tight';
  const visible = columns.filter((column) => !column.phoneOnly && (shownKeys ? shownKeys.split(',').includes(column.key) : !column.optional));
  const ordered = useMemo(() => (serverSorted ? rows : sortRows(rows, columns, readSort(sortText))), [rows, columns, sortText, serverSorted]);
  const hasSum = visible.some((column) => column.sum !== undefined);
  const opens = Boolean(to ?? onOpen);
  const leading = visible.find((column) => column.phone === 'name') ?? visible[0];

  function follow(row: Row) {
    if (onOpen) onOpen(row);
    else if (to) void navigate(to(row));
  }

  function press(column: Column<Row>) {
    const downNext = sort?.key === column.key ? !sort.down : !column.ascendingFirst;
    view.set({ [sortParam]: `${downNext ? '-' : ''}${column.key}` });
  }

  // The link of a row lies on its first words, so that keyboard and screen reader have one name for it.
  function lead(row: Row, content: ReactNode) {
    if (to && !onOpen) return <Link className="rowlink" to={to(row)} onClick={(event) => event.stopPropagation()}>{content}</Link>;
    if (onOpen) return <button type="button" className="rowlink" onClick={(event) => { event.stopPropagation(); onOpen(row); }}>{content}</button>;
    return content;
  }

  return (
    <>
      <div className={`tbl no-ph ${stickyHead ? 'stick' : ''} ${tight ? 'tight' : ''}`.replace(/\s+/g, ' ').trim()}>
        <table aria-label={label}>
          <thead>
            <tr>
              {visible.map((column) => {
                const on = sort?.key === column.key;
                return (
                  <th key={column.key} scope="col" className={`${column.right ? 'r' : ''} ${on ? 'on' : ''}`.trim() || undefined} style={column.width ? { width: column.width } : undefined} aria-sort={on ? (sort.down ? 'descending' : 'ascending') : undefined}>
                    {column.sort ? (
                      <button type="button" onClick={() => press(column)}>
                        {column.head}
                        {on && <Icon name={sort.down ? 'down' : 'up'} size={12} />}
                      </button>
                    ) : (
                      column.head || <span className="vh">Actions</span>
                    )}
                  </th>
                );
              })}
            </tr>
          </thead>
          <tbody>
            {ordered.map((row) => {
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  className={`${opens ? 'link' : ''} ${open === key ? 'open' : ''}`.trim() || undefined}
                  onClick={
                    opens
                      ? (event) => {
                          // A control inside the row keeps its own click; a drag over words selects them.
                          if ((event.target as Element).closest('a,button,input,select,label') || window.getSelection()?.toString()) return;
                          follow(row);
                        }
                      : undefined
                  }
                >
                  {visible.map((column) => (
                    <td key={column.key} className={`${column.right ? 'r' : ''} ${column.nowrap || column.right ? 'nw' : ''}`.trim() || undefined}>
                      {column === leading && opens ? lead(row, column.cell(row)) : column.cell(row)}
                    </td>
                  ))}
                </tr>
              );
            })}
            {hasSum && (
              <tr className="sum">
                {visible.map((column) => (
                  <td key={column.key} className={column.right ? 'r' : undefined}>
                    {column.sum}
                  </td>
                ))}
              </tr>
            )}
          </tbody>
        </table>
      </div>
      <ul className="only-ph scards" aria-label={label}>
        {ordered.map((row) => {
          const key = rowKey(row);
          const at = (place: Column<Row>['phone']) => columns.find((column) => column.phone === place)?.cell(row);
          const [sentence, state, time] = (['sentence', 'state', 'time'] as const).map(at);
          const inside = (
            <>
              <span className="row between g3">
                <b className="b grow">{at('name')}</b>
                <b className="b n nw">{at('amount')}</b>
              </span>
              {/* A time alone needs no line of its own. */}
              {sentence != null && (
                <span className={state == null && time != null ? 'two row between g3 base' : 'two'}>
                  {state == null && time != null ? <span className="grow">{sentence}</span> : sentence}
                  {state == null && time != null && <span className="dim n nw">{time}</span>}
                </span>
              )}
              {(state != null || (time != null && sentence == null)) && (
                <span className="row between g3 three">
                  <span>{state}</span>
                  <span className="dim n">{time}</span>
                </span>
              )}
            </>
          );
          const className = open === key ? 'scard open' : 'scard';
          return (
            <li key={key}>
              {to && !onOpen ? (
                <Link className={className} to={to(row)}>{inside}</Link>
              ) : onOpen ? (
                <button type="button" className={className} onClick={() => onOpen(row)}>{inside}</button>
              ) : (
                <div className={className}>{inside}</div>
              )}
            </li>
          );
        })}
        {hasSum && (
          <li className="scard sum row between">
            <span>{columns.find((column) => column.phone === 'name')?.sum}</span>
            <span className="n">{columns.find((column) => column.phone === 'amount')?.sum}</span>
          </li>
        )}
      </ul>
      {foot && <div className="tfoot">{foot}</div>}
    </>
  );
}

/** Column choice, density and export of a table; all but the export is held by the URL. */
export function TableMenu<Row>({ columns, rows, fileName }: { columns: readonly Column<Row>[]; rows: readonly Row[]; /** Without an ending. */ fileName: string }) {
  const view = useView();
  const chosen = view.get('columns');
  const shown = new Set(chosen ? chosen.split(',') : columns.filter((column) => !column.optional).map((column) => column.key));
  const tight = view.get('rows') === 'tight';

  function toggle(key: string) {
    const next = columns.filter((column) => (column.key === key ? !shown.has(key) : shown.has(column.key))).map((column) => column.key);
    if (next.length > 0) view.set({ columns: next.join(',') });
  }

  return (
    <Menu
      trigger={<IconButton icon="settings" label="Columns, density, export" />}
      groups={[
        { label: 'Columns', items: columns.filter((column) => column.head && !column.phoneOnly).map((column) => ({ label: column.head, on: shown.has(column.key), onPick: () => toggle(column.key) })) },
        {
          label: 'Rows',
          items: [
            { label: 'Comfortable', on: !tight, onPick: () => view.set({ rows: null }) },
            { label: 'Tight', on: tight, onPick: () => view.set({ rows: 'tight' }) },
          ],
        },
        { items: [{ label: `Export ${formatNumber(rows.length)} rows as CSV`, icon: 'download', onPick: () => saveFile(`${fileName}.csv`, toCsv(rows, columns)) }] },
      ]}
    />
  );
}
