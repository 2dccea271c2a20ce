import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { ClaimDecision, ClaimStatus } from '@/gql/graphql';
import { formatDate, formatDateTime, formatMoney, formatRelative } from '@/lib/format';
import { BlockSkeleton, Button, Card, DataTable, EmptyPage, ErrorState, Facts, FormErrors, Loaded, MoreRows, PageHead, PanelPerson, Person, Segmented, SelectField, SidePanel, Status, TableSkeleton, Tabs, TextArea, TextField, toast, useForm, usePanel, useView, type Column } from '@/ui';
import { AnswerClaimDocument, ClaimDocument, ClaimOrderDocument, ClaimsDocument, FindOrderDocument } from './claim_document';
import { ClaimStory } from './claim_story';
import { aboutWords, claimSaid, dueWords, type Claim } from './claim_words';

const FRESH = { additionalTypenames: ['Claim'] };
const TABS: { key: ClaimStatus; label: string }[] = [
  { key: 'OPEN', label: 'To answer' },
  { key: 'ANSWERED', label: 'Declined' },
  { key: 'ACCEPTED', label: 'Accepted' },
  { key: 'CLOSED', label: 'Closed' },
];

const columns: Column<Claim>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} detail={row.program.name} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'about', head: 'Which sale', cell: (row) => <b className="b">{aboutWords(row)}</b>, phone: 'sentence', text: aboutWords },
  { key: 'found', head: 'Found', nowrap: true, cell: (row) => (row.order ? <span className="mut">Order {row.order.name}</span> : <span className="dim">Not yet</span>), optional: true, text: (row) => row.order?.name ?? '' },
  { key: 'since', head: 'Since', nowrap: true, cell: (row) => <span className="mut">{formatRelative(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
  { key: 'state', head: 'State', nowrap: true, cell: (row) => <Status tone={claimSaid(row, 'brand').tone} detail={dueWords(row)}>{claimSaid(row, 'brand').words}</Status>, phone: 'state', sort: (row) => row.answerDueAt, ascendingFirst: true, text: (row) => row.answerDueAt },
];

/** The claim desk: creators who miss a sale, with the time that an answer was promised in. */
export default function Claims() {
  const brand = useBrand();
  const may = useMay();
  const view = useView();
  const panel = usePanel();
  const status = TABS.find((tab) => tab.key === view.get('state'))?.key ?? 'OPEN';
  const list = useRows({ query: ClaimsDocument, variables: { brandId: brand.id, status, first: 50 }, pick: (data) => data.claims, types: ['Claim'] });
  const open = panel.open;
  return (
    <>
      <PageHead title="Claims" line={may('answerClaim') ? 'Creators who miss a sale. Answer each in words: decline it with the reason, or accept it and pay.' : 'Creators who miss a sale. An owner or manager answers them.'} />
      <Card label="Claims">
        <div className="tabtools">
          <Tabs label="Claims" current={status} tabs={TABS.map((tab) => ({ key: tab.key, label: tab.label, count: tab.key === status && list.rows ? `${list.total ?? list.rows.length}${list.total === null && list.more ? '+' : ''}` : undefined, to: view.href({ state: tab.key === 'OPEN' ? null : tab.key, open: null }) }))} />
        </div>
        <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton />}>
          {(rows) =>
            rows.length > 0 ? (
              <DataTable label="Claims" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={open} foot={<MoreRows shown={rows.length} total={list.total} one="claim" many="claims" more={list.more} busy={list.loadingMore} />} />
            ) : status === 'OPEN' ? (
              <div className="pad">
                <EmptyPage title="Nobody misses a sale">
                  When a creator says that a sale is missing, it waits here with what was found of it and with the time that an answer was promised in.
                </EmptyPage>
              </div>
            ) : (
              <p className="pad mut">No claim stands here.</p>
            )
          }
        </Loaded>
      </Card>
      {open && <ClaimPanel key={open} id={open} known={list.rows?.find((row) => row.id === open)} onClose={panel.close} />}
    </>
  );
}

function ClaimPanel({ id, known, onClose }: { id: string; known: Claim | undefined; onClose: () => void }) {
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: ClaimDocument, variables: { id }, pause: known !== undefined, context: FRESH });
  const claim = known ?? (data?.node?.__typename === 'Claim' ? data.node : undefined);
  return (
    <SidePanel
      label={claim ? `Claim of ${claim.creator.name}` : 'Claim'}
      onClose={onClose}
      head={<PanelPerson name={claim?.creator.name}>{claim && `${aboutWords(claim)}, ${claim.program.name}`}</PanelPerson>}
      foot={claim?.status === 'OPEN' && may('answerClaim') ? <AnswerForm claim={claim} onDone={onClose} /> : undefined}
    >
      {!claim ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such claim, or it belongs to another brand.</p> : <BlockSkeleton height={280} />
      ) : (
        <div className="grid">
          <Status tone={claimSaid(claim, 'brand').tone} detail={claim.status === 'OPEN' ? `Answer promised by ${formatDateTime(claim.answerDueAt, 'short')}` : undefined}>
            {claimSaid(claim, 'brand').words}
          </Status>
          <ClaimStory claim={claim} side="brand" />
          {claim.order && <Found claim={claim} order={claim.order} />}
          {claim.status === 'OPEN' && !may('answerClaim') && <p className="mut">An owner or manager answers this.</p>}
        </div>
      )}
    </SidePanel>
  );
}

/** The order that a claim is about, with everything that was found before it. */
function Found({ claim, order }: { claim: Claim; order: NonNullable<Claim['order']> }) {
  const { hat } = useFrame();
  const [{ data, error }, read] = useQuery({ query: ClaimOrderDocument, variables: { id: order.id } });
  return (
    <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
      <h3>
        <Link className="lk" to={`${hat.base}/orders/${order.id}`}>Order {order.name}</Link>
      </h3>
      <p className="sm mut" style={{ marginTop: 2 }}>
        {formatMoney(order.total)} on {formatDate(order.placedAt)}
      </p>
      <Loaded data={data?.order} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={120} />}>
        {(found) => (
          <>
            {found.test && <p style={{ marginTop: 8 }}><Status tone="bad">A test order, which never earns</Status></p>}
            <p style={{ marginTop: 8 }}>{found.attribution?.rule ?? 'Who gets the credit is being decided.'}</p>
            <ul className="grid" style={{ gap: 10, marginTop: 10 }}>
              {(found.attribution?.touches ?? []).map((touch, index) => (
                <li key={index}>
                  <b className={touch.creator?.id === claim.creator.id ? 'b' : 'mut'}>
                    {touch.creator?.name}, {touch.label}
                  </b>
                  <span className="sm dim"> {formatDateTime(touch.at, 'short')}</span>
                  <span className="blk sm mut">{touch.sentence}</span>
                </li>
              ))}
            </ul>
            {found.commissions.length > 0 && (
              <div style={{ marginTop: 12 }}>
                <Facts items={found.commissions.map((commission) => ({ name: `${commission.creator.name} earns`, value: formatMoney(commission.amount) }))} />
              </div>
            )}
          </>
        )}
      </Loaded>
    </section>
  );
}

function AnswerForm({ claim, onDone }: { claim: Claim; onDone: () => void }) {
  const brand = useBrand();
  const [, answer] = useMutation(AnswerClaimDocument);
  const [decision, setDecision] = useState<ClaimDecision>('DECLINE');
  const form = useForm({
    initial: { answer: '', number: '', orderId: '' },
    async send(values) {
      const errors = errorsOf(await answer({ input: { claimId: claim.id, decision, answer: values.answer.trim(), orderId: values.orderId || null } }), (data) => data.answerClaim);
      if (errors.length === 0) {
        toast(decision === 'ACCEPT' ? `The sale is ${claim.creator.name}’s now` : 'Declined. The creator reads why.');
        onDone();
      }
      return errors;
    },
  });
  const number = form.values.number.trim().replace(/^#/, '');
  const searching = decision === 'ACCEPT' && !claim.order && number.length > 1;
  const [{ data }] = useQuery({ query: FindOrderDocument, variables: { brandId: brand.id, search: number }, pause: !searching });
  const orders = searching ? (data?.orders.nodes ?? []) : [];
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      <Segmented label="Answer" value={decision} options={[{ value: 'DECLINE', label: 'Decline it' }, { value: 'ACCEPT', label: 'Accept and pay' }]} onChange={setDecision} />
      {decision === 'ACCEPT' && !claim.order && (
        <>
          <TextField label="Number of the order" hint="None was found by itself." value={form.values.number} onValue={(value) => { form.set('number', value); form.set('orderId', ''); }} error={orders.length > 0 ? undefined : form.errorAt('orderId')} />
          {orders.length > 0 && (
            <SelectField label="Which one is it" placeholder="Choose one" value={form.values.orderId} onValue={(value) => form.set('orderId', value)} error={form.errorAt('orderId')} options={orders.map((order) => ({ value: order.id, label: `${order.name}: ${formatMoney(order.total)} on ${formatDate(order.placedAt)}` }))} />
          )}
        </>
      )}
      <p className="sm mut">{decision === 'ACCEPT' ? `The credit goes to ${claim.creator.name}. What another creator could be paid for it already stays with them, and you bear both.` : claim.reopenedAt ? 'The creator has asked again already, so this ends the claim.' : 'The creator may ask again once.'}</p>
      <TextArea label="What you say" rows={3} hint={`${claim.creator.name} reads it. Leave customers’ names out.`} value={form.values.answer} onValue={(value) => form.set('answer', value)} error={form.errorAt('answer')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          {decision === 'ACCEPT' ? 'Accept and pay' : 'Decline with this reason'}
        </Button>
      </div>
    </form>
  );
}
