import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { onceKey } from '@/api/once_key';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { FundsQuery } from '@/gql/graphql';
import { compareAmounts, difference, sum } from '@/lib/amount';
import { currencyName, formatDateTime, formatMoney, parseAmount, sentenceCase } from '@/lib/format';
import { Button, ButtonLink, Card, EmptyPage, FormErrors, Icon, Loaded, PageHead, SelectField, SidePanel, StatRow, StatSkeleton, Status, TextArea, TextField, toast, useForm, usePanel, useView } from '@/ui';

const FundsDocument = graphql(`
  query Funds($brandId: ID!) {
    brand(id: $brandId) {
      id
      currency
    }
    funds(brandId: $brandId) {
      currencyCode
      available {
        ...MoneyFields
      }
      reserved {
        ...MoneyFields
      }
      payable {
        ...MoneyFields
      }
      pending {
        ...MoneyFields
      }
    }
  }
`);

const RecordFundingDocument = graphql(`
  mutation RecordFunding($input: RecordFundingInput!) {
    recordFunding(input: $input) {
      funding {
        id
        amount {
          ...MoneyFields
        }
      }
      funds {
        currencyCode
        available {
          ...MoneyFields
        }
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Funds = FundsQuery['funds'][number];

const FRESH = { additionalTypenames: ['Funds', 'Funding', 'PayoutRun', 'Payout'] };

/** Currencies that can be set aside where the brand's own and its programs' are not enough to choose from. */
const USUAL = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'DKK', 'NOK', 'PLN', 'CAD', 'AUD', 'JPY'];

/** Money that the brand set aside for creators, one card for each currency. */
export default function FundsPage() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const panel = usePanel();
  const [{ data, error }, read] = useQuery({ query: FundsDocument, variables: { brandId: brand.id }, context: FRESH });
  const [readAt] = useState(() => new Date());
  const again = () => read({ requestPolicy: 'network-only' });
  const record = may('writeFunds') && (
    <Button kind="primary" icon="plus" onClick={() => panel.show('new')}>
      Set money aside
    </Button>
  );
  return (
    <>
      <PageHead title="Funds" line={<>What {brand.name} has set aside for creators, and what it will be needed for. As of {formatDateTime(readAt)}.</>} actions={data?.funds.length ? record : undefined} />
      <Loaded data={data?.funds} error={error} again={again} skeleton={<Card><StatSkeleton tiles={4} /></Card>}>
        {(funds) =>
          funds.length === 0 ? (
            <EmptyPage
              title="No money is set aside yet"
              solid={1}
              action={record || undefined}
              steps={[
                { name: 'Set money aside', detail: 'Record what you keep ready for creators. It is an earmark within your own Stripe balance.' },
                { name: 'Creators see that they are covered', detail: 'Only whether, never how much.' },
                { name: 'Runs take from it', detail: 'A run can be sent only when the funds are enough.' },
              ]}
            >
              Creators are paid from here once their return periods are over.
            </EmptyPage>
          ) : (
            <div className="grid">
              {funds.map((entry) => (
                <Currency key={entry.currencyCode} funds={entry} />
              ))}
              <p className="sm mut">
                Every movement stands in the <Link className="lk" to={`${hat.base}/ledger`}>ledger</Link>. Setting money aside moves nothing at Stripe: it says how much of your Stripe balance belongs to creators.
              </p>
            </div>
          )
        }
      </Loaded>
      {panel.open === 'new' && may('writeFunds') && <Record currency={data?.brand?.currency ?? 'EUR'} known={data?.funds.map((entry) => entry.currencyCode) ?? []} onClose={panel.close} />}
    </>
  );
}

function Currency({ funds }: { funds: Funds }) {
  const { hat } = useFrame();
  const may = useMay();
  const left = difference(funds.available, funds.payable);
  const enough = compareAmounts(funds.available, funds.payable) >= 0;
  const all = sum([funds.payable, funds.pending]) ?? funds.payable;
  const later = difference(funds.available, all);
  const enoughLater = compareAmounts(funds.available, all) >= 0;
  const name = currencyName(funds.currencyCode);
  return (
    <Card label={name}>
      <div className="ch">
        <h2>{sentenceCase(name)}</h2>
        {may('preparePayouts') && (
          <div className="act">
            <ButtonLink small to={`${hat.base}/runs/new?currency=${funds.currencyCode}`}>
              Prepare a run
            </ButtonLink>
          </div>
        )}
      </div>
      <div style={{ borderTop: '1px solid var(--line)' }}>
        <StatRow
          tall
          stats={[
            { key: 'available', label: 'Spendable now', value: formatMoney(funds.available) },
            { key: 'reserved', label: 'On its way', value: formatMoney(funds.reserved), from: 'set aside for payouts' },
            { key: 'payable', label: 'Can be paid now', value: formatMoney(funds.payable), from: 'earned, return period over' },
            { key: 'pending', label: 'Comes later', value: formatMoney(funds.pending), from: 'if nothing is sent back' },
          ]}
        />
      </div>
      <div className="note">
        {enough ? (
          <Status tone={enoughLater ? 'ok' : 'wait'} detail={enoughLater ? `${formatMoney(later)} would be left after everything that is earned today.` : `${formatMoney(difference(all, funds.available))} more will be needed when all return periods are over.`}>
            Enough for what can be paid now: {formatMoney(left)} would be left
          </Status>
        ) : (
          <Status tone="bad" detail="A run for everybody cannot be sent before that.">
            {formatMoney(difference(funds.payable, funds.available))} more are needed to pay everybody now
          </Status>
        )}
      </div>
    </Card>
  );
}

function Record({ currency, known, onClose }: { currency: string; known: readonly string[]; onClose: () => void }) {
  const brand = useBrand();
  const view = useView();
  const [, record] = useMutation(RecordFundingDocument);
  const [key] = useState(onceKey);
  const form = useForm({
    initial: { amount: '', currencyCode: view.get('currency') || currency, note: '' },
    fields: ['amount', 'amount.amount', 'amount.currencyCode', 'currencyCode', 'note'],
    async send({ amount, currencyCode, note }) {
      const exact = parseAmount(amount, currencyCode);
      if (exact === null) return [{ code: 'BAD_FORMAT', message: 'Write an amount, for example 5,000.00.', field: ['amount'] }];
      const errors = errorsOf(await record({ input: { brandId: brand.id, amount: { amount: exact, currencyCode }, note: note.trim(), idempotencyKey: key } }), (data) => data.recordFunding);
      if (errors.length === 0) {
        toast(`${formatMoney({ amount: exact, currencyCode })} set aside`);
        onClose();
      }
      return errors;
    },
  });
  const currencies = [...new Set([currency, ...known, ...USUAL])];
  const exact = parseAmount(form.values.amount, form.values.currencyCode);
  return (
    <SidePanel
      label="Set money aside"
      head={
        <span className="grow">
          <b className="b blk">Set money aside</b>
          <span className="sm mut">for creators of {brand.name}</span>
        </span>
      }
      onClose={onClose}
    >
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="Amount" className="n" inputMode="decimal" autoComplete="off" value={form.values.amount} onValue={(value) => form.set('amount', value)} error={form.errorAt('amount') ?? form.errorAt('amount.amount')} />
        <SelectField label="Currency" value={form.values.currencyCode} options={currencies.map((code) => ({ value: code, label: `${sentenceCase(currencyName(code))} (${code})` }))} onValue={(value) => form.set('currencyCode', value)} error={form.errorAt('amount.currencyCode') ?? form.errorAt('currencyCode')} />
        <TextArea label="What it is" hint="For your books: a bank reference, for example." rows={3} value={form.values.note} onValue={(value) => form.set('note', value)} error={form.errorAt('note')} />
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          {exact ? `Set ${formatMoney({ amount: exact, currencyCode: form.values.currencyCode })} aside` : 'Set money aside'}
        </Button>
        <p className="sm dim row g2 top">
          <Icon name="info" size={14} />
          It stays in the ledger with your name and cannot be deleted.
        </p>
      </form>
    </SidePanel>
  );
}
