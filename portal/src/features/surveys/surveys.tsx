import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { SurveyAnswerStatus } from '@/gql/graphql';
import { formatDateTime, formatMoney, formatPpm, formatRelative } from '@/lib/format';
import { BlockSkeleton, Button, Card, DataTable, EmptyPage, ErrorState, Facts, FormErrors, Loaded, MoreRows, PageHead, SelectField, SidePanel, Status, TableSkeleton, Tabs, toast, useForm, usePanel, useView, type Column } from '@/ui';
import { PartnershipChoiceDocument } from '../partnerships/partnership_choice';
import { ResolveSurveyAnswerDocument, SurveyAnswerDocument, SurveyQueueDocument } from './survey_document';
import { meantWords, surveySaid, type Answer } from './survey_words';

const FRESH = { additionalTypenames: ['SurveyAnswer'] };
const CHANGED = { additionalTypenames: ['SurveyAnswer', 'Order', 'Commission'] };
const NOBODY = 'nobody';
const TABS: { key: SurveyAnswerStatus; label: string }[] = [
  { key: 'UNCLEAR', label: 'Unclear' },
  { key: 'MATCHED', label: 'Clear' },
  { key: 'CONFIRMED', label: 'Settled' },
  { key: 'NOBODY', label: 'No creator' },
];

const columns: Column<Answer>[] = [
  { key: 'answer', head: 'The customer wrote', cell: (row) => <b className="b" style={{ overflowWrap: 'anywhere' }}>“{row.answer}”</b>, phone: 'name', text: (row) => row.answer },
  { key: 'who', head: 'Who is meant', cell: (row) => <Status tone={surveySaid(row.status).tone} detail={meantWords(row)}>{surveySaid(row.status).words}</Status>, phone: 'sentence', text: meantWords },
  { key: 'order', head: 'Order', nowrap: true, cell: (row) => <span className="mut">{row.order.name}</span>, text: (row) => row.order.name },
  { key: 'when', head: 'When', nowrap: true, cell: (row) => <span className="mut">{formatRelative(row.answeredAt)}</span>, phone: 'time', sort: (row) => row.answeredAt, text: (row) => row.answeredAt },
  { key: 'total', head: 'Total', right: true, cell: (row) => formatMoney(row.order.total), phone: 'amount', text: (row) => row.order.total.amount },
];

/** What customers answered when asked who sent them; unclear answers wait for a person. */
export default function Surveys() {
  const brand = useBrand();
  const may = useMay();
  const view = useView();
  const panel = usePanel();
  const status = TABS.find((tab) => tab.key === view.get('state'))?.key ?? 'UNCLEAR';
  const list = useRows({ query: SurveyQueueDocument, variables: { brandId: brand.id, status, first: 50 }, pick: (data) => data.surveyQueue, types: ['SurveyAnswer'] });
  const open = panel.open;
  return (
    <>
      <PageHead title="Survey" line={`What customers answered to who sent them. ${may('resolveSurvey') ? 'Say who is meant where it is unclear.' : 'An owner or manager says who is meant where it is unclear.'}`} />
      <Card label="Survey answers">
        <div className="tabtools">
          <Tabs label="Survey answers" current={status} tabs={TABS.map((tab) => ({ key: tab.key, label: tab.label, count: tab.key === status && list.rows ? `${list.total ?? list.rows.length}` : undefined, to: view.href({ state: tab.key === 'UNCLEAR' ? null : tab.key, open: null }) }))} />
        </div>
        <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton />}>
          {(rows) =>
            rows.length > 0 ? (
              <DataTable label="Survey answers" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={open} foot={<MoreRows shown={rows.length} total={list.total} one="answer" many="answers" more={list.more} busy={list.loadingMore} />} />
            ) : status === 'UNCLEAR' ? (
              <div className="pad">
                <EmptyPage
                  title="No answer waits"
                  steps={[
                    { name: 'Ask after the purchase', detail: 'Each order has a page of its own for the question. Link to it from your page of thanks or your mail.' },
                    { name: 'Names are recognised', detail: 'Creators, handles and codes, also with slips of the pen.' },
                    { name: 'Unclear ones wait here', detail: 'You say who is meant, or that it is no creator.' },
                  ]}
                >
                  Customers often know who sent them when no link or code does.
                </EmptyPage>
              </div>
            ) : (
              <p className="pad mut">No answer stands here.</p>
            )
          }
        </Loaded>
      </Card>
      {open && <AnswerPanel key={open} id={open} known={list.rows?.find((row) => row.id === open)} onClose={panel.close} />}
    </>
  );
}

function AnswerPanel({ id, known, onClose }: { id: string; known: Answer | undefined; onClose: () => void }) {
  const { hat } = useFrame();
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: SurveyAnswerDocument, variables: { id }, pause: known !== undefined, context: FRESH });
  const answer = known ?? (data?.node?.__typename === 'SurveyAnswer' ? data.node : undefined);
  const waits = answer && answer.decidedAt == null && (answer.status === 'UNCLEAR' || answer.status === 'MATCHED');
  return (
    <SidePanel
      label="Answer of a customer"
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">Answer of a customer</b>
          {answer && <span className="sm dim">{formatDateTime(answer.answeredAt, 'short')}</span>}
        </span>
      }
      foot={waits && may('resolveSurvey') ? <WhoForm answer={answer} onDone={onClose} /> : undefined}
    >
      {!answer ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such answer, or it belongs to another brand.</p> : <BlockSkeleton height={240} />
      ) : (
        <div className="grid">
          <p className="lead" style={{ overflowWrap: 'anywhere' }}>“{answer.answer}”</p>
          <Status tone={surveySaid(answer.status).tone} detail={meantWords(answer)}>
            {surveySaid(answer.status).words}
          </Status>
          {answer.candidates.length > 0 && (
            <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
              <h3 style={{ marginBottom: 8 }}>Who may be meant</h3>
              <Facts items={answer.candidates.map((candidate) => ({ name: `${candidate.creator.name}, by “${candidate.term}”`, value: formatPpm(candidate.confidencePpm) }))} />
            </section>
          )}
          <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
            <Facts items={[{ name: 'Order', value: <Link className="lk" to={`${hat.base}/orders/${answer.order.id}`}>{answer.order.name}</Link> }, { name: 'Placed', value: formatDateTime(answer.order.placedAt, 'short') }, { name: 'Total', value: formatMoney(answer.order.total), total: true }]} />
          </section>
        </div>
      )}
    </SidePanel>
  );
}

/** Says who is meant: one of those who were recognised, anybody else, or nobody. */
function WhoForm({ answer, onDone }: { answer: Answer; onDone: () => void }) {
  const brand = useBrand();
  const people = useRows({ query: PartnershipChoiceDocument, variables: { brandId: brand.id, first: 100 }, pick: (data) => data.partnerships, types: ['Partnership'] });
  const [, resolve] = useMutation(ResolveSurveyAnswerDocument);
  const likely = answer.candidates.map((candidate) => ({ value: candidate.partnership.id, label: `${candidate.creator.name} (${candidate.partnership.program.name})` }));
  const others = (people.rows ?? [])
    .filter((entry) => !likely.some((option) => option.value === entry.id))
    .map((entry) => ({ value: entry.id, label: `${entry.creator.name} (${entry.program.name})` }))
    .sort((a, b) => a.label.localeCompare(b.label));
  const form = useForm({
    initial: { partnershipId: likely[0]?.value ?? '' },
    async send(values) {
      if (!values.partnershipId) return [{ code: 'REQUIRED', message: 'Choose who is meant, or nobody.', field: ['partnershipId'] }];
      const errors = errorsOf(await resolve({ input: { surveyAnswerId: answer.id, partnershipId: values.partnershipId === NOBODY ? null : values.partnershipId } }, CHANGED), (data) => data.resolveSurveyAnswer);
      if (errors.length === 0) {
        toast('Settled.');
        onDone();
      }
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      <SelectField label="Who is meant" placeholder="Choose one" value={form.values.partnershipId} onValue={(value) => form.set('partnershipId', value)} options={[...likely, { value: NOBODY, label: 'No creator of ours' }, ...others]} error={form.errorAt('partnershipId')} />
      <p className="sm mut">It is reported beside the paid result, and pays only where your policy and the program allow it.</p>
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          Settle it
        </Button>
      </div>
    </form>
  );
}
