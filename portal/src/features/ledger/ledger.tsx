import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { LedgerQuery } from '@/gql/graphql';
import { negated } from '@/lib/amount';
import { formatAmounts, formatDateTime, formatList, formatMoney, isNegative } from '@/lib/format';
import { Button, ButtonLink, Card, CopyButton, DataTable, EmptyPage, Facts, Loaded, MoreRows, PageHead, SidePanel, Status, TableMenu, TableSkeleton, usePanel, useView, type Column } from '@/ui';
import { accountSaid, kindSaid, sizeOfPosting } from './ledger_words';

const LedgerDocument = graphql(`
  query Ledger($brandId: ID!, $creatorId: ID, $first: Int, $after: String) {
    ledger(brandId: $brandId, creatorId: $creatorId, first: $first, after: $after) {
      nodes {
        id
        kind
        reference
        reason
        occurredAt
        effectiveAt
        recordedAt
        entries {
          account
          creator {
            id
            name
          }
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

type Row = LedgerQuery['ledger']['nodes'][number];

const creatorsOf = (row: Row): string => formatList([...new Set(row.entries.map((entry) => entry.creator?.name).filter((name) => name !== undefined))]);

const accountsOf = (row: Row, credit: boolean): string => [...new Set(row.entries.filter((entry) => isNegative(entry.amount) === credit).map((entry) => accountSaid(entry.account).name))].join(', ');

const amountOf = (row: Row): string => {
  const size = sizeOfPosting(row.entries);
  return size ? formatMoney(size) : '–';
};

const columns: Column<Row>[] = [
  { key: 'when', head: 'When', cell: (row) => <span className="mut n nw">{formatDateTime(row.occurredAt, 'short')}</span>, phone: 'time', nowrap: true, text: (row) => row.occurredAt },
  { key: 'what', head: 'What happened', cell: (row) => <><b className="b">{kindSaid(row.kind)}</b>{row.reason && <span className="sm mut">{formatAmounts(row.reason)}</span>}</>, phone: 'name', text: (row) => kindSaid(row.kind) },
  { key: 'who', head: 'Creator', nowrap: true, cell: (row) => creatorsOf(row) || <span className="dim">–</span>, phone: 'state', text: creatorsOf },
  { key: 'accounts', head: 'Debit, and credit below', cell: (row) => <span className="blk">{accountsOf(row, false)}<span className="sm mut blk">{accountsOf(row, true)}</span></span>, phone: 'sentence' },
  { key: 'amount', head: 'Amount', right: true, cell: (row) => <b className="b">{amountOf(row)}</b>, phone: 'amount', text: (row) => sizeOfPosting(row.entries)?.amount ?? '' },
];

/** Every posting of the brand's book, the newest first. */
export default function Ledger() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const panel = usePanel();
  const creatorId = view.get('creator') || null;
  const list = useRows({ query: LedgerDocument, variables: { brandId: brand.id, creatorId, first: 50 }, pick: (data) => data.ledger, types: ['LedgerTransaction', 'Funding', 'Payout', 'Hold'] });
  const open = list.rows?.find((row) => row.id === panel.open);
  const only = creatorId ? list.rows?.flatMap((row) => row.entries).find((entry) => entry.creator?.id === creatorId)?.creator?.name : undefined;
  return (
    <>
      <PageHead title="Ledger" line={`Every movement in ${brand.name}’s book, the newest first. A posting is never changed: a correction is another posting.`} actions={<ButtonLink to={`${hat.base}/trial-balance`}>Trial balance</ButtonLink>} />
      {list.rows && list.rows.length > 0 && (
        <div className="tools">
          {creatorId && (
            <Button small iconAfter="close" onClick={() => view.set({ creator: null })}>
              Only {only ?? 'one creator'}
            </Button>
          )}
          <TableMenu columns={columns} rows={list.rows} fileName="ledger" />
        </div>
      )}
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={5} rows={10} /></Card>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage title="The book is empty" solid={1}>
              The first posting is written when a creator earns a commission, or when money is set aside.
            </EmptyPage>
          ) : (
            <Card label="Ledger">
              <DataTable label="Ledger" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} one="posting" many="postings" more={list.more} busy={list.loadingMore} />} />
            </Card>
          )
        }
      </Loaded>
      {open && (
        <SidePanel label={kindSaid(open.kind)} head={<span className="grow"><b className="b blk lead" style={{ fontWeight: 600 }}>{kindSaid(open.kind)}</b><span className="sm mut">{amountOf(open)}{creatorsOf(open) && `, ${creatorsOf(open)}`}</span></span>} onClose={panel.close}>
          <div className="grid">
            {open.reason && <p>{formatAmounts(open.reason)}</p>}
            <table aria-label="Entries">
              <thead>
                <tr>
                  <th scope="col" style={{ paddingLeft: 0 }}>Account</th>
                  <th scope="col" className="r">Debit</th>
                  <th scope="col" className="r" style={{ paddingRight: 0 }}>Credit</th>
                </tr>
              </thead>
              <tbody>
                {open.entries.map((entry, index) => (
                  <tr key={index}>
                    <td style={{ paddingLeft: 0 }}>
                      {accountSaid(entry.account).name}
                      <span className="sm dim n">
                        {accountSaid(entry.account).number}
                        {entry.creator && `, ${entry.creator.name}`}
                      </span>
                    </td>
                    <td className="r nw">{isNegative(entry.amount) ? '' : formatMoney(entry.amount)}</td>
                    <td className="r nw" style={{ paddingRight: 0 }}>{isNegative(entry.amount) ? formatMoney(negated(entry.amount)) : ''}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <Status tone="ok">Debits equal credits</Status>
            <Facts items={[{ name: 'Happened', value: formatDateTime(open.occurredAt, 'short') }, { name: 'Counts from', value: formatDateTime(open.effectiveAt, 'short') }, { name: 'Written', value: formatDateTime(open.recordedAt, 'short') }]} />
            <div className="row g2">
              <CopyButton text={open.reference} label="Copy the reference of this posting" words="Copy the reference" />
              {open.entries[0]?.creator && !creatorId && (
                <Button small onClick={() => view.set({ creator: open.entries.find((entry) => entry.creator)?.creator?.id ?? null, open: null })}>
                  Only this creator
                </Button>
              )}
            </div>
          </div>
        </SidePanel>
      )}
    </>
  );
}
