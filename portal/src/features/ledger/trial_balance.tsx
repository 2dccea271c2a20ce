import { useQuery } from 'urql';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { TrialBalanceQuery } from '@/gql/graphql';
import { negated } from '@/lib/amount';
import { currencyName, formatDateTime, formatMoney, isNegative, sentenceCase } from '@/lib/format';
import { Button, Card, DataTable, EmptyPage, Loaded, PageHead, Status, TableSkeleton, useView, type Column } from '@/ui';
import { accountSaid } from './ledger_words';

const TrialBalanceDocument = graphql(`
  query TrialBalance($brandId: ID!, $asOf: DateTime) {
    trialBalance(brandId: $brandId, asOf: $asOf) {
      currencyCode
      asOf
      balanced
      debits {
        ...MoneyFields
      }
      rows {
        account
        balance {
          ...MoneyFields
        }
      }
    }
  }
`);

type Balance = TrialBalanceQuery['trialBalance'][number];
type Row = Balance['rows'][number];

const FRESH = { additionalTypenames: ['LedgerTransaction', 'Funding', 'Payout', 'Hold'] };

const columnsOf = (balance: Balance): Column<Row>[] => [
  { key: 'number', head: 'Number', cell: (row) => <span className="mut n">{accountSaid(row.account).number}</span>, phone: 'state', sum: '' },
  { key: 'account', head: 'Account', cell: (row) => accountSaid(row.account).name, phone: 'name', sum: 'Sum' },
  { key: 'debit', head: 'Debit', right: true, cell: (row) => (isNegative(row.balance) ? '' : <b className="b">{formatMoney(row.balance)}</b>), sum: formatMoney(balance.debits) },
  { key: 'credit', head: 'Credit', right: true, cell: (row) => (isNegative(row.balance) ? <b className="b">{formatMoney(negated(row.balance))}</b> : ''), sum: balance.balanced ? formatMoney(balance.debits) : '' },
  { key: 'phone', head: 'Balance', phoneOnly: true, phone: 'amount', cell: (row) => formatMoney(row.balance), sum: balance.balanced ? formatMoney({ amount: '0', currencyCode: balance.currencyCode }) : '' },
];

/** All sums of the book, one table a currency. Debits equal credits, or something is wrong. */
export default function TrialBalance() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const day = view.get('day');
  const [{ data, error }, read] = useQuery({ query: TrialBalanceDocument, variables: { brandId: brand.id, asOf: day ? `${day}T23:59:59Z` : null }, context: FRESH });
  return (
    <>
      <PageHead title="Trial balance" crumbs={[{ label: 'Ledger', to: `${hat.base}/ledger` }, { label: 'Trial balance' }]} line={<>The sum of every account. Debits equal credits, always.{data?.trialBalance[0] && <> As of {formatDateTime(data.trialBalance[0].asOf)}.</>}</>} />
      <div className="tools">
        <label className="sel" style={{ paddingRight: 4 }}>
          <span>At the end of</span>
          <input type="date" value={day} style={{ border: 0, background: 'none', outline: 'none', height: 28 }} onChange={(event) => view.set({ day: event.target.value || null })} />
        </label>
        {day && <Button small kind="quiet" onClick={() => view.set({ day: null })}>Now</Button>}
      </div>
      <Loaded data={data?.trialBalance} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<Card><TableSkeleton /></Card>}>
        {(balances) =>
          balances.length === 0 ? (
            <EmptyPage title="The book is empty">Sums stand here once the first posting is written.</EmptyPage>
          ) : (
            <div className="grid">
              {balances.map((balance) => (
                <Card key={balance.currencyCode} title={sentenceCase(currencyName(balance.currencyCode))} action={balance.balanced ? <Status tone="ok">Debits equal credits</Status> : <Status tone="bad">Debits and credits differ. Tell the people who run this server.</Status>}>
                  <DataTable label={`Trial balance in ${currencyName(balance.currencyCode)}`} rows={balance.rows} columns={columnsOf(balance)} rowKey={(row) => row.account} stickyHead={false} />
                </Card>
              ))}
            </div>
          )
        }
      </Loaded>
    </>
  );
}
