import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { onceKey } from '@/api/once_key';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { PreviewPayoutRunQuery, SkipReason } from '@/gql/graphql';
import { difference, isPositive } from '@/lib/amount';
import { currencyName, formatDateTime, formatMoney, formatNumber, plural, sentenceCase, toDrawing } from '@/lib/format';
import { BlockSkeleton, Button, ButtonLink, Card, DataTable, EmptyPage, Facts, FilterSelect, FormErrors, Loaded, PageHead, PageSkeleton, Person, Status, Tabs, useView, type Column } from '@/ui';
import { Skipped } from './skipped';
import { countSkips, creators } from './words';

const FundsDocument = graphql(`
  query FundsForRun($brandId: ID!) {
    funds(brandId: $brandId) {
      currencyCode
      payable {
        ...MoneyFields
      }
    }
  }
`);

const PreviewDocument = graphql(`
  query PreviewPayoutRun($brandId: ID!, $currencyCode: CurrencyCode!) {
    previewPayoutRun(brandId: $brandId, currencyCode: $currencyCode) {
      total {
        ...MoneyFields
      }
      payoutCount
      skippedCount
      funds {
        ...MoneyFields
      }
      covered
      rows {
        creator {
          id
          name
          handle
        }
        amount {
          ...MoneyFields
        }
        itemCount
        warning
      }
      skipped {
        ...SkippedFields
      }
    }
  }
`);

const PrepareDocument = graphql(`
  mutation PreparePayoutRun($input: PreparePayoutRunInput!) {
    preparePayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Preview = PreviewPayoutRunQuery['previewPayoutRun'];
type Row = Preview['rows'][number];

const FRESH = { requestPolicy: 'network-only' as const, additionalTypenames: ['PayoutRun', 'Funding', 'Hold'] };

const columns: Column<Row>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} detail={`@${row.creator.handle}`} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'items', head: 'For', cell: (row) => plural(row.itemCount, 'sale or fee', 'sales and fees'), phone: 'state', sort: (row) => row.itemCount, text: (row) => String(row.itemCount) },
  { key: 'warning', head: 'Good to know', cell: (row) => (row.warning ? <Status tone="wait" icon="info">{row.warning}</Status> : null), phone: 'sentence', text: (row) => row.warning ?? '' },
  { key: 'amount', head: 'Gets', right: true, cell: (row) => <b className="b">{formatMoney(row.amount)}</b>, phone: 'amount', sort: (row) => toDrawing(row.amount), text: (row) => row.amount.amount },
];

/** Who would be paid now and who would not; preparing fixes it and moves no money. */
export default function Prepare() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const [funds, readFunds] = useQuery({ query: FundsDocument, variables: { brandId: brand.id } });
  const list = funds.data?.funds;
  const currency = view.get('currency') || (list?.find((entry) => isPositive(entry.payable)) ?? list?.[0])?.currencyCode;
  const [preview, readPreview] = useQuery({ query: PreviewDocument, variables: { brandId: brand.id, currencyCode: currency ?? 'EUR' }, pause: !currency, context: FRESH });
  const [readAt] = useState(() => new Date());
  const again = () => {
    readFunds({ requestPolicy: 'network-only' });
    if (currency) readPreview({ requestPolicy: 'network-only' });
  };
  return (
    <>
      <PageHead title="Prepare a payout run" crumbs={[{ label: 'Payout runs', to: `${hat.base}/runs` }, { label: 'New run' }]} line={<>Who would be paid now, and who waits and why. Preparing moves no money. As of {formatDateTime(readAt)}.</>} />
      <Loaded data={list} error={funds.error} again={again} skeleton={<PageSkeleton />}>
        {(entries) =>
          entries.length === 0 ? (
            <EmptyPage title="There is nothing to pay yet" action={<ButtonLink kind="primary" icon="bank" to={`${hat.base}/funds`}>Set money aside</ButtonLink>}>
              Once sales are over their return period, creators can be paid from the money that you set aside.
            </EmptyPage>
          ) : (
            <>
              {entries.length > 1 && (
                <div className="tools">
                  <FilterSelect name="Currency" value={currency ?? ''} options={entries.map((entry) => ({ value: entry.currencyCode, label: sentenceCase(currencyName(entry.currencyCode)) }))} onChange={(value) => view.set({ currency: value })} />
                </div>
              )}
              <Loaded data={preview.data?.previewPayoutRun} error={preview.error} again={again} skeleton={<BlockSkeleton height={420} />}>
                {(found) => <Found preview={found} currency={currency ?? 'EUR'} />}
              </Loaded>
            </>
          )
        }
      </Loaded>
    </>
  );
}

function Found({ preview, currency }: { preview: Preview; currency: string }) {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const navigate = useNavigate();
  const deed = useDeed();
  const [key] = useState(onceKey);
  const [, prepare] = useMutation(PrepareDocument);
  const tab = view.get('tab', preview.payoutCount === 0 && preview.skippedCount > 0 ? 'wait' : 'paid');

  async function start() {
    let id = '';
    const done = await deed.run(async () => {
      const answer = await prepare({ input: { brandId: brand.id, currencyCode: currency, idempotencyKey: key } });
      id = answer.data?.preparePayoutRun.payoutRun?.id ?? '';
      return errorsOf(answer, (data) => data.preparePayoutRun);
    });
    if (done && id) void navigate(`${hat.base}/runs/${id}`);
  }

  return (
    <div className="cols wide">
      <div className="grid">
        <Card pad label="In one sentence">
          <RunSentence paid={preview.payoutCount} total={formatMoney(preview.total)} waits={preview.skippedCount} skipped={preview.skipped} verb="would get" />
        </Card>
        <Card label="Creators">
          <div className="tabtools">
            <Tabs
              label="Creators"
              current={tab}
              tabs={[
                { key: 'paid', label: 'Get paid', count: formatNumber(preview.payoutCount), to: view.href({ tab: 'paid' }) },
                { key: 'wait', label: 'Wait', count: formatNumber(preview.skippedCount), to: view.href({ tab: 'wait' }) },
              ]}
            />
          </div>
          {tab === 'wait' ? (
            <Skipped rows={preview.skipped} total={preview.skippedCount} />
          ) : preview.rows.length === 0 ? (
            <p className="pad mut">Nobody can be paid now. The other list says what each creator waits for.</p>
          ) : (
            <DataTable label="Who gets paid" rows={preview.rows} columns={preview.rows.some((row) => row.warning) ? columns : columns.filter((column) => column.key !== 'warning')} rowKey={(row) => row.creator.id} defaultSort="-amount" foot={<span className="n">{formatNumber(preview.rows.length)} of {creators(preview.payoutCount)}, largest amount first</span>} />
          )}
        </Card>
      </div>
      <Card label="Prepare">
        <div className="pad">
          <h2>Prepare</h2>
          <p className="mut" style={{ margin: '2px 0 14px' }}>Fixes who gets how much. Another person approves before anything is sent.</p>
          <Facts
            items={[
              { name: 'Creators', value: formatNumber(preview.payoutCount) },
              { name: 'Total', value: formatMoney(preview.total) },
              { name: `${brand.name}’s funds now`, value: formatMoney(preview.funds) },
              { name: 'Funds left after it', value: formatMoney(difference(preview.funds, preview.total)), total: true },
            ]}
          />
        </div>
        {!preview.covered && (
          <div className="note">
            <Status tone="bad" detail={`${formatMoney(difference(preview.total, preview.funds))} more must be set aside before the run can be sent.`}>The funds are not enough</Status>
          </div>
        )}
        <div className="pad grid" style={{ borderTop: '1px solid var(--line)', gap: 14 }}>
          <FormErrors messages={deed.messages} />
          {may('preparePayouts') ? (
            <Button kind="primary" wide busy={deed.busy} disabled={preview.payoutCount === 0} onClick={() => void start()}>
              Prepare {formatMoney(preview.total)}
            </Button>
          ) : (
            <p className="mut">Finance prepares runs. You may approve one once it is prepared.</p>
          )}
          {!preview.covered && (
            <ButtonLink wide to={`${hat.base}/funds?open=new&currency=${currency}`}>
              Set money aside
            </ButtonLink>
          )}
        </div>
      </Card>
    </div>
  );
}

/** "412 creators get €38,204.10. 31 wait." and why, as counts. */
export function RunSentence({ paid, total, waits, skipped, verb }: { paid: number; total: string; waits: number; skipped: readonly { reason: SkipReason }[]; verb: string }) {
  return (
    <>
      <p className="say">
        {paid === 0 ? (
          'Nobody gets money now.'
        ) : (
          <>
            <em>{creators(paid)}</em> {verb} <em>{total}</em>.
          </>
        )}
        {waits > 0 && ` ${formatNumber(waits)} ${waits === 1 ? 'waits' : 'wait'}.`}
      </p>
      {skipped.length > 0 && (
        <div className="key">
          {countSkips(skipped).map((entry) => (
            <span key={entry.reason}>
              <b>{formatNumber(entry.count)}</b> {entry.words}
            </span>
          ))}
        </div>
      )}
    </>
  );
}
