import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame, useViewer } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { formatDate, formatMoney, formatRelative, toDrawing } from '@/lib/format';
import { BlockSkeleton, Button, DataTable, EmptyPage, ErrorState, Facts, FormErrors, Loaded, MoreRows, Segmented, SidePanel, Status, TableSkeleton, TextArea, toast, useForm, usePanel, type Column } from '@/ui';
import { whoEarned } from '../orders/order_words';
import { AcceptSuggestionDocument, DismissSuggestionDocument, SuggestionCountDocument, SuggestionDocument, SuggestionsDocument, type Suggestion } from './suggestion_document';
import { suggestionSaid, whySaid, wouldEarn } from './suggestion_words';

const FRESH = { additionalTypenames: ['AttributionSuggestion'] };
const CHANGED = { additionalTypenames: ['AttributionSuggestion', 'Order', 'Commission'] };

const columns: Column<Suggestion>[] = [
  { key: 'order', head: 'Order', cell: (row) => <><b className="b blk">{row.order.name}</b><span className="sm mut nw">{formatDate(row.order.placedAt)}</span></>, phone: 'name', text: (row) => row.order.name },
  { key: 'earned', head: 'Earned by', cell: (row) => whoEarned(row.order.attribution), text: (row) => whoEarned(row.order.attribution) },
  { key: 'would', head: 'Would be now', cell: (row) => <Status tone="wait" icon="scales" detail={whySaid(row)}>{wouldEarn(row)}</Status>, text: wouldEarn },
  { key: 'both', head: 'Would be now', phoneOnly: true, phone: 'sentence', cell: (row) => `${whoEarned(row.order.attribution)} earned it; now it would be ${row.partnership ? row.partnership.creator.name : 'nobody'}. ${whySaid(row)}.` },
  { key: 'since', head: 'Since', cell: (row) => <span className="mut nw">{formatRelative(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
  { key: 'total', head: 'Total', right: true, cell: (row) => <b className="b">{formatMoney(row.order.total)}</b>, phone: 'amount', sort: (row) => toDrawing(row.order.total), text: (row) => row.order.total.amount },
];

/** How many sales want a second look; null where nobody may look. */
export function useSecondLooks(): number | null {
  const brand = useBrand();
  const may = useMay();
  const [{ data }] = useQuery({ query: SuggestionCountDocument, variables: { brandId: brand.id }, context: FRESH, pause: !may('readSuggestions') });
  return data?.attributionSuggestions.totalCount ?? null;
}

/** Sales that can be paid already and would be decided otherwise now: what could be paid is not taken away by a machine. */
export function Suggestions() {
  const brand = useBrand();
  const panel = usePanel();
  const list = useRows({ query: SuggestionsDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.attributionSuggestions, types: ['AttributionSuggestion'] });
  return (
    <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton />}>
      {(rows) =>
        rows.length > 0 ? (
          <DataTable label="Sales that would be decided otherwise now" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="sale" many="sales" more={list.more} busy={list.loadingMore} />} />
        ) : (
          <div className="pad">
            <EmptyPage title="No sale wants a second look">
              When something becomes known after a commission can be paid (a late click, a changed order), or somebody wants to give such a sale to another creator, it stays as it is and waits here.
            </EmptyPage>
          </div>
        )
      }
    </Loaded>
  );
}

/** One of them, with the decision that holds, the one that would be made now, and what to do. */
export function SuggestionPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { hat } = useFrame();
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: SuggestionDocument, variables: { id }, context: FRESH });
  const suggestion = data?.node?.__typename === 'AttributionSuggestion' ? data.node : undefined;
  return (
    <SidePanel
      label="A second look"
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">{suggestion ? `Order ${suggestion.order.name}` : 'A second look'}</b>
          {suggestion && <span className="sm mut">{formatMoney(suggestion.order.total)} on {formatDate(suggestion.order.placedAt)}</span>}
        </span>
      }
      foot={suggestion?.status === 'OPEN' && may(suggestion.proposedBy ? 'readSuggestions' : 'reassignSale') ? <SecondLookForm suggestion={suggestion} onDone={onClose} /> : undefined}
    >
      {!suggestion ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such suggestion, or it belongs to another brand.</p> : <BlockSkeleton height={240} />
      ) : (
        <div className="grid">
          <Status tone={suggestionSaid(suggestion).tone} detail={`${whySaid(suggestion)}, ${formatRelative(suggestion.createdAt)}`}>
            {suggestionSaid(suggestion).words}
          </Status>
          <section>
            <h3>As it was decided</h3>
            <p style={{ marginTop: 4 }}>
              {whoEarned(suggestion.order.attribution)}. <span className="mut">{suggestion.order.attribution?.rule}</span>
            </p>
          </section>
          <section>
            <h3>As it would be decided now</h3>
            <p style={{ marginTop: 4, overflowWrap: 'anywhere' }}>
              {wouldEarn(suggestion)}. <span className="mut">{suggestion.sentence}</span>
            </p>
          </section>
          {suggestion.proposedBy && (
            <section>
              <h3>Why {suggestion.proposedBy.name} proposes it</h3>
              <p style={{ marginTop: 4, overflowWrap: 'anywhere' }}>{suggestion.proposal}</p>
            </section>
          )}
          <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
            <Facts items={[{ name: 'Order', value: <Link className="lk" to={`${hat.base}/orders/${suggestion.order.id}`}>{suggestion.order.name}</Link> }, ...(suggestion.partnership ? [{ name: 'Program', value: suggestion.partnership.program.name }] : [])]} />
          </section>
          {suggestion.reason && (
            <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
              <h3>Why</h3>
              <p style={{ marginTop: 4, overflowWrap: 'anywhere' }}>{suggestion.reason}</p>
            </section>
          )}
        </div>
      )}
    </SidePanel>
  );
}

type Decision = 'leave' | 'give';

/** What the viewer may do about a suggestion, in words. */
function useSecondLook(suggestion: Suggestion) {
  const may = useMay();
  const viewer = useViewer();
  const taker = suggestion.partnership?.creator.name;
  const proposer = suggestion.proposedBy;
  const own = proposer?.id === viewer.id;
  const alone = may('reassignPaidSale');
  const mayGive = taker !== undefined && (proposer ? may('confirmSale') && (alone || !own) : may('reassignSale'));
  if (proposer) {
    const reads = own ? 'For the log.' : `${proposer.name} reads it.`;
    return {
      mayGive,
      give: { choice: `Give it to ${taker}`, deed: 'Confirm it', hint: reads, done: `Order ${suggestion.order.name} is ${taker}’s now.`, line: `What can be paid already stays with its creator. ${taker} is paid beside, at your cost, and both read what ${proposer.name} wrote.` },
      leave: { deed: own ? 'Take it back' : 'Leave it as it was', hint: reads, line: own && !mayGive ? 'You proposed it, so somebody else confirms it. You may take it back.' : 'Nothing changes.' },
    };
  }
  return {
    mayGive,
    give: alone
      ? { choice: `Give it to ${taker}`, deed: 'Give the sale', hint: 'Both creators read it.', done: `Order ${suggestion.order.name} is ${taker}’s now.`, line: 'What can be paid already stays with its creator. The other one is paid beside, at your cost, and both statements show it.' }
      : { choice: `Propose ${taker}`, deed: 'Propose it', hint: 'Finance reads it, and both creators once it is confirmed.', done: `Finance is asked to confirm order ${suggestion.order.name}.`, line: 'Its commission can be paid already, so finance confirms it. What can be paid stays with its creator, and the other one is paid beside, at your cost.' },
    leave: { deed: 'Leave it as it was', hint: 'For the log.', line: taker === undefined ? 'Nobody would earn it now. What could be paid stays paid, so all that is left is to close this.' : 'Nothing changes, and the same is not suggested again.' },
  };
}

function SecondLookForm({ suggestion, onDone }: { suggestion: Suggestion; onDone: () => void }) {
  const [, accept] = useMutation(AcceptSuggestionDocument);
  const [, dismiss] = useMutation(DismissSuggestionDocument);
  const [decision, setDecision] = useState<Decision>('leave');
  const { mayGive, give, leave } = useSecondLook(suggestion);
  const says = decision === 'give' ? give : leave;
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      const input = { suggestionId: suggestion.id, reason: reason.trim() };
      const errors = decision === 'give' ? errorsOf(await accept({ input }, CHANGED), (data) => data.acceptAttributionSuggestion) : errorsOf(await dismiss({ input }, CHANGED), (data) => data.dismissAttributionSuggestion);
      if (errors.length === 0) {
        toast(decision === 'give' ? give.done : `Order ${suggestion.order.name} stays as it was decided.`);
        onDone();
      }
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      {mayGive && <Segmented label="Decision" value={decision} options={[{ value: 'leave', label: 'Leave it' }, { value: 'give', label: give.choice }]} onChange={setDecision} />}
      <p className="sm mut">{says.line}</p>
      <TextArea label="Why" rows={3} hint={says.hint} value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          {says.deed}
        </Button>
      </div>
    </form>
  );
}
