import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { HoldDecision, HoldFieldsFragment, HoldStatus } from '@/gql/graphql';
import { formatDate, formatDateTime, formatMoney, formatRelative, toDrawing } from '@/lib/format';
import { BlockSkeleton, Button, Card, CheckField, DataTable, EmptyPage, ErrorState, Facts, FilterSelect, FormErrors, Loaded, MoreRows, PageHead, PanelPerson, Person, Segmented, SidePanel, Status, TableSkeleton, Tabs, TextArea, toast, useForm, usePanel, useView, type Column } from '@/ui';
import { EvidenceList } from '../guard/evidence_list';
import { Findings } from '../guard/findings';
import { evidenceSaid } from '../guard/guard_words';
import { SuggestionPanel, Suggestions, useSecondLooks } from '../suggestions/suggestions';
import { holdSaid, SIGNAL_CHOICE, signalSaid } from './hold_words';

export const HoldFields = graphql(`
  fragment HoldFields on Hold {
    id
    signal
    reason
    evidence {
      ...EvidenceFields
    }
    status
    createdAt
    decidedAt
    decisionReason
    commission {
      id
      status
      sentence
      holdUntil
      amount {
        ...MoneyFields
      }
      creator {
        id
        name
        handle
      }
      program {
        id
        name
      }
      order {
        id
        name
        placedAt
        total {
          ...MoneyFields
        }
      }
    }
  }
`);

const HoldsDocument = graphql(`
  query Holds($brandId: ID!, $status: HoldStatus, $signal: HoldSignal, $first: Int, $after: String) {
    holds(brandId: $brandId, status: $status, signal: $signal, first: $first, after: $after) {
      nodes {
        ...HoldFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

const HoldDocument = graphql(`
  query Hold($id: ID!) {
    node(id: $id) {
      id
      ... on Hold {
        ...HoldFields
      }
    }
  }
`);

const DecideHoldDocument = graphql(`
  mutation DecideHold($input: DecideHoldInput!) {
    decideHold(input: $input) {
      hold {
        ...HoldFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Hold = HoldFieldsFragment;

const FRESH = { additionalTypenames: ['Hold'] };
const TABS: { key: HoldStatus; label: string }[] = [
  { key: 'OPEN', label: 'To decide' },
  { key: 'RELEASED', label: 'Released' },
  { key: 'REJECTED', label: 'Taken back' },
];

/** What was seen first; the reason is written to the creator, so it stands where there is nothing else. */
function seenOf(hold: Hold): string {
  const [first] = hold.evidence;
  return first && hold.signal !== 'PERSON' ? evidenceSaid(first) : hold.reason;
}

/** The view of sales that would be decided otherwise now. */
const SECOND_LOOK = 'SECOND_LOOK';

const columns: Column<Hold>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.commission.creator.name} detail={row.commission.order ? `Order ${row.commission.order.name}` : row.commission.program.name} />, phone: 'name', sort: (row) => row.commission.creator.name, ascendingFirst: true, text: (row) => row.commission.creator.name },
  { key: 'why', head: 'Why it is held', cell: (row) => <Status tone={holdSaid(row.status).tone} icon={signalSaid(row.signal).icon} detail={row.status === 'OPEN' ? seenOf(row) : (row.decisionReason ?? row.reason)}>{signalSaid(row.signal).words}</Status>, phone: 'sentence', text: (row) => row.reason },
  { key: 'since', head: 'Since', cell: (row) => <span className="mut nw">{formatRelative(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
  { key: 'amount', head: 'Held', right: true, cell: (row) => <b className="b">{formatMoney(row.commission.amount)}</b>, phone: 'amount', sort: (row) => toDrawing(row.commission.amount), text: (row) => row.commission.amount.amount },
];

/** Commissions that are kept back until a person decides, with what was seen. */
export default function Holds() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const panel = usePanel();
  const status = TABS.find((tab) => tab.key === view.get('state'))?.key ?? 'OPEN';
  const signal = SIGNAL_CHOICE.find((entry) => entry.value === view.get('why'))?.value ?? null;
  const list = useRows({ query: HoldsDocument, variables: { brandId: brand.id, status, signal, first: 50 }, pick: (data) => data.holds, types: ['Hold'] });
  // What can be paid already is not held; it is decided beside, by those who may give sales to creators or confirm it.
  const looks = useSecondLooks();
  const mayLook = may('readSuggestions');
  const looking = mayLook && view.get('state') === SECOND_LOOK;
  const open = looking ? null : panel.open;
  // Whoever decides goes on to the next one without leaving the keyboard.
  const at = list.rows?.findIndex((row) => row.id === open) ?? -1;
  const next = at < 0 ? undefined : (list.rows?.[at + 1] ?? list.rows?.[at - 1]);
  return (
    <>
      <PageHead
        title={hat.kind === 'finance' ? 'Held commissions' : 'Holds'}
        line={looking ? 'Sales whose commission can be paid already, and that would be decided otherwise now, or that somebody wants to move. Nothing is taken away by itself.' : may('decideHold') ? 'Commissions that are kept back until you decide. The creator reads why, and what you decided.' : 'Commissions that are kept back until finance or the owner decides. The creator reads why.'}
      />
      <Findings />
      <Card label="Holds">
        <div className="tabtools">
          <Tabs
            label="Holds"
            current={looking ? SECOND_LOOK : status}
            tabs={[
              ...TABS.map((tab) => ({ key: tab.key as string, label: tab.label, count: !looking && tab.key === status && list.rows ? `${list.total ?? list.rows.length}${list.total === null && list.more ? '+' : ''}` : undefined, to: view.href({ state: tab.key === 'OPEN' ? null : tab.key, open: null }) })),
              ...(mayLook ? [{ key: SECOND_LOOK, label: 'Second look', count: looks !== null && (looking || looks > 0) ? looks : undefined, to: view.href({ state: SECOND_LOOK, why: null, open: null }) }] : []),
            ]}
          />
          {!looking && <FilterSelect name="Why" value={signal ?? ''} options={[{ value: '', label: 'All' }, ...SIGNAL_CHOICE]} onChange={(value) => view.set({ why: value || null })} />}
        </div>
        {looking ? (
          <Suggestions />
        ) : (
          <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton />}>
            {(rows) =>
              rows.length > 0 ? (
                <DataTable label="Holds" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={open} foot={<MoreRows shown={rows.length} total={list.total} one="hold" many="holds" more={list.more} busy={list.loadingMore} />} />
              ) : signal ? (
                <p className="pad mut">Nothing here is held for that reason.</p>
              ) : status === 'OPEN' ? (
                <div className="pad">
                  <EmptyPage title="Nothing is held back">
                    When a sale looks wrong (the buyer is the creator, a code leaked, a bank disputes it), its commission waits here with what was seen.
                  </EmptyPage>
                </div>
              ) : (
                <p className="pad mut">{status === 'RELEASED' ? 'No hold was released yet.' : 'No commission was taken back after a review.'}</p>
              )
            }
          </Loaded>
        )}
      </Card>
      {looking && panel.open && <SuggestionPanel key={panel.open} id={panel.open} onClose={panel.close} />}
      {open && <HoldPanel key={open} id={open} known={list.rows?.find((row) => row.id === open)} onClose={panel.close} onDecided={() => (next && status === 'OPEN' ? panel.show(next.id) : panel.close())} />}
    </>
  );
}

function HoldPanel({ id, known, onClose, onDecided }: { id: string; known: Hold | undefined; onClose: () => void; onDecided: () => void }) {
  const { hat } = useFrame();
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: HoldDocument, variables: { id }, pause: known !== undefined, context: FRESH });
  const found = data?.node?.__typename === 'Hold' ? data.node : undefined;
  const hold = known ?? found;
  const commission = hold?.commission;
  return (
    <SidePanel
      label={commission ? `Hold for ${commission.creator.name}` : 'Hold'}
      onClose={onClose}
      head={
        <PanelPerson name={commission?.creator.name}>
          {commission && `${formatMoney(commission.amount)} held, ${commission.program.name}`}
        </PanelPerson>
      }
      foot={hold?.status === 'OPEN' && may('decideHold') ? <DecisionForm key={hold.id} hold={hold} onDone={onDecided} /> : undefined}
    >
      {!hold ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such hold, or it belongs to another brand.</p> : <BlockSkeleton height={280} />
      ) : (
        <div className="grid">
          <Status tone={holdSaid(hold.status).tone} icon={hold.status === 'OPEN' ? signalSaid(hold.signal).icon : undefined} detail={`Since ${formatDateTime(hold.createdAt, 'short')}`}>
            {hold.status === 'OPEN' ? signalSaid(hold.signal).words : holdSaid(hold.status).words}
          </Status>
          <section>
            <h3>What the creator reads</h3>
            <p style={{ marginTop: 4, overflowWrap: 'anywhere' }}>{hold.reason}</p>
          </section>
          {hold.evidence.length > 0 && (
            <section>
              <h3>What was seen</h3>
              <div style={{ marginTop: 8 }}>
                <EvidenceList evidence={hold.evidence} />
              </div>
            </section>
          )}
          {commission && (
            <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
              <Facts
                items={[
                  ...(commission.order ? [{ name: 'Order', value: <Link className="lk" to={`${hat.base}/orders/${commission.order.id}`}>{commission.order.name}</Link> }, { name: 'Placed', value: formatDate(commission.order.placedAt) }, { name: 'Total', value: formatMoney(commission.order.total) }] : []),
                  { name: 'Would be payable from', value: formatDate(commission.holdUntil) },
                  { name: 'Commission', value: formatMoney(commission.amount), total: true },
                ]}
              />
            </section>
          )}
          {hold.decisionReason && (
            <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
              <h3>{hold.status === 'RELEASED' ? 'Why it was released' : 'Why it was taken back'}</h3>
              <p style={{ marginTop: 4, overflowWrap: 'anywhere' }}>{hold.decisionReason}</p>
              {hold.decidedAt && <p className="sm dim" style={{ marginTop: 4 }}>{formatDateTime(hold.decidedAt)}</p>}
            </section>
          )}
          {hold.status === 'OPEN' && !may('decideHold') && <p className="mut">Finance or the owner decides this.</p>}
        </div>
      )}
    </SidePanel>
  );
}

function DecisionForm({ hold, onDone }: { hold: Hold; onDone: () => void }) {
  const [, decide] = useMutation(DecideHoldDocument);
  const [decision, setDecision] = useState<HoldDecision>('RELEASE');
  const amount = formatMoney(hold.commission.amount);
  const mayAllow = decision === 'RELEASE' && hold.signal === 'SELF_REFERRAL';
  const form = useForm({
    initial: { reason: '', allow: false },
    async send({ reason, allow }) {
      const errors = errorsOf(await decide({ input: { holdId: hold.id, decision, reason: reason.trim(), allowOwnPurchases: mayAllow && allow } }), (data) => data.decideHold);
      if (errors.length === 0) {
        toast(decision === 'RELEASE' ? `Released: ${amount} goes on` : `Taken back: ${amount}`);
        onDone();
      }
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      <Segmented label="Decision" value={decision} options={[{ value: 'RELEASE', label: 'Release it' }, { value: 'REJECT', label: 'Take it back' }]} onChange={setDecision} />
      <p className="sm mut">{decision === 'RELEASE' ? `The ${amount} go on to the creator’s balance when the return period is over.` : `The ${amount} are taken back, and the touch no longer counts for this order.`}</p>
      <TextArea label="Why" rows={3} hint={`${hold.commission.creator.name} reads it.`} value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      {mayAllow && <CheckField label={`From now on, let ${hold.commission.creator.name} buy for themselves or for clients`} checked={form.values.allow} onValue={(value) => form.set('allow', value)} error={form.errorAt('allowOwnPurchases')} />}
      <FormErrors messages={form.rest} />
      <div>
        <Button kind={decision === 'RELEASE' ? 'primary' : 'danger'} type="submit" busy={form.busy}>
          {decision === 'RELEASE' ? `Release ${amount}` : `Take ${amount} back`}
        </Button>
      </div>
    </form>
  );
}
