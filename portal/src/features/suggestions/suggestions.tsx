import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { formatDate, formatMoney, formatRelative, toDrawing } from '@/lib/format';
import { BlockSkeleton, Button, DataTable, EmptyPage, ErrorState, Facts, FormErrors, Loaded, MoreRows, Segmented, SidePanel, Status, TableSkeleton, TextArea, toast, useForm, usePanel, type Column } from '@/ui';
import { whoEarned } from '../orders/order_words';
import { AcceptSuggestionDocument, DismissSuggestionDocument, SuggestionCountDocument, SuggestionDocument, SuggestionsDocument, type Suggestion } from './suggestion_document';
import { causeWords, suggestionSaid, wouldEarn } from './suggestion_words';

const FRESH = { additionalTypenames: ['AttributionSuggestion'] };
const CHANGED = { additionalTypenames: ['AttributionSuggestion', 'Order', 'Commission'] };

const columns: Column<Suggestion>[] = [
  { key: 'order', head: 'Order', cell: (row) => <><b className="b blk">{row.order.name}</b><span className="sm mut nw">{formatDate(row.order.placedAt)}</span></>, phone: 'name', text: (row) => row.order.name },
  { key: 'earned', head: 'Earned by', cell: (row) => whoEarned(row.order.attribution), text: (row) => whoEarned(row.order.attribution) },
  { key: 'would', head: 'Would be now', cell: (row) => <Status tone="wait" icon="scales" detail={causeWords(row.cause)}>{wouldEarn(row)}</Status>, text: wouldEarn },
  { key: 'both', head: 'Would be now', phoneOnly: true, phone: 'sentence', cell: (row) => `${whoEarned(row.order.attribution)} earned it; now it would be ${row.partnership ? row.partnership.creator.name : 'nobody'}. ${causeWords(row.cause)}.` },
  { key: 'since', head: 'Since', cell: (row) => <span className="mut nw">{formatRelative(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
  { key: 'total', head: 'Total', right: true, cell: (row) => <b className="b">{formatMoney(row.order.total)}</b>, phone: 'amount', sort: (row) => toDrawing(row.order.total), text: (row) => row.order.total.amount },
];

/** How many sales want a second look; null where nobody may look. */
export function useSecondLooks(): number | null {
  const brand = useBrand();
  const may = useMay();
  const [{ data }] = useQuery({ query: SuggestionCountDocument, variables: { brandId: brand.id }, context: FRESH, pause: !may('reassignSale') });
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
              When something becomes known after a commission can be paid (a late click, a changed order), the sale stays as it is and waits here for you.
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
      foot={suggestion?.status === 'OPEN' && may('reassignSale') ? <SecondLookForm suggestion={suggestion} onDone={onClose} /> : undefined}
    >
      {!suggestion ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such suggestion, or it belongs to another brand.</p> : <BlockSkeleton height={240} />
      ) : (
        <div className="grid">
          <Status tone={suggestionSaid(suggestion).tone} detail={`${causeWords(suggestion.cause)}, ${formatRelative(suggestion.createdAt)}`}>
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

function SecondLookForm({ suggestion, onDone }: { suggestion: Suggestion; onDone: () => void }) {
  const may = useMay();
  const [, accept] = useMutation(AcceptSuggestionDocument);
  const [, dismiss] = useMutation(DismissSuggestionDocument);
  const [decision, setDecision] = useState<Decision>('leave');
  const taker = suggestion.partnership?.creator.name;
  const mayGive = taker !== undefined && may('reassignPaidSale');
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      const input = { suggestionId: suggestion.id, reason: reason.trim() };
      const errors = decision === 'give' ? errorsOf(await accept({ input }, CHANGED), (data) => data.acceptAttributionSuggestion) : errorsOf(await dismiss({ input }, CHANGED), (data) => data.dismissAttributionSuggestion);
      if (errors.length === 0) {
        toast(decision === 'give' ? `Order ${suggestion.order.name} is ${taker ?? 'another creator'}’s now.` : `Order ${suggestion.order.name} stays as it was decided.`);
        onDone();
      }
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      {mayGive && <Segmented label="Decision" value={decision} options={[{ value: 'leave', label: 'Leave it' }, { value: 'give', label: `Give it to ${taker}` }]} onChange={setDecision} />}
      <p className="sm mut">
        {decision === 'give'
          ? 'What can be paid already stays with its creator. The other one is paid beside, at your cost, and both statements show it.'
          : taker === undefined
            ? 'Nobody would earn it now. What could be paid stays paid, so all that is left is to close this.'
            : mayGive
              ? 'Nothing changes, and the same is not suggested again.'
              : 'Nothing changes, and the same is not suggested again. Only an owner gives the sale away now, since its commission can be paid already.'}
      </p>
      <TextArea label="Why" rows={3} hint={decision === 'give' ? 'Both creators read it.' : 'For the log.'} value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          {decision === 'give' ? 'Give the sale' : 'Leave it as it was'}
        </Button>
      </div>
    </form>
  );
}
