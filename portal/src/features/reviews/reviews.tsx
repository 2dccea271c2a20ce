import { useRows } from '@/api/rows';
import { measureOf, wordsOf } from '@/figures/measure';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { ReviewFieldsFragment, ReviewStatus } from '@/gql/graphql';
import { formatAmounts, formatDate, formatNumber, formatRelative, toDrawing } from '@/lib/format';
import { ButtonLink, Card, DataTable, EmptyPage, Loaded, MoreRows, PageHead, Person, Status, TableMenu, TableSkeleton, Tabs, usePanel, useView, type Column } from '@/ui';
import { ReviewPanel } from './review_panel';
import { actionSaid, periodOf } from './review_words';
import { ReviewsDocument } from './reviews_document';

type Review = ReviewFieldsFragment;

const TABS: { key: ReviewStatus; label: string }[] = [
  { key: 'DUE', label: 'To decide' },
  { key: 'DECIDED', label: 'Decided' },
];

const revenue = measureOf('revenue');
const conversion = measureOf('conversion');

/** A figure with the program's middle below it. */
function beside(measure: typeof revenue, row: Review) {
  return (
    <>
      <b className="b">{wordsOf(measure, row.figures, { whole: true })}</b>
      <span className="sm dim">middle {wordsOf(measure, row.medians, { whole: true })}</span>
    </>
  );
}

const columns: Column<Review>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.partnership.creator.name} detail={row.partnership.program.name} />, phone: 'name', sort: (row) => row.partnership.creator.name, ascendingFirst: true, text: (row) => row.partnership.creator.name },
  { key: 'why', head: 'What the figures suggest', cell: (row) => <Suggested review={row} />, phone: 'sentence', sort: (row) => row.recommendation, text: (row) => actionSaid(row.decision ?? row.recommendation).words },
  { key: 'time', head: 'Time', nowrap: true, cell: (row) => <>{periodOf(row).days}<span className="sm dim">{periodOf(row).kind === 'trial' ? 'The trial' : 'A quarter'}</span></>, text: (row) => periodOf(row).days },
  { key: 'conversion', head: 'Conversion', right: true, cell: (row) => beside(conversion, row), sort: (row) => row.figures.conversion ?? null, text: (row) => wordsOf(conversion, row.figures) },
  { key: 'revenue', head: 'Revenue', right: true, cell: (row) => beside(revenue, row), sort: (row) => toDrawing(row.figures.revenue), text: (row) => row.figures.revenue.amount },
  { key: 'earned', head: 'Revenue', phoneOnly: true, phone: 'amount', cell: (row) => wordsOf(revenue, row.figures, { whole: true }) },
  { key: 'kind', head: 'Time', phoneOnly: true, phone: 'state', cell: (row) => <span className="mut">{periodOf(row).days}</span> },
  { key: 'since', head: 'When', right: true, cell: (row) => <span className="mut">{row.decidedAt ? formatDate(row.decidedAt) : formatRelative(row.toAt)}</span>, phone: 'time', sort: (row) => row.decidedAt ?? row.toAt, text: (row) => row.decidedAt ?? row.toAt },
];

function Suggested({ review }: { review: Review }) {
  const said = actionSaid(review.decision ?? review.recommendation);
  return (
    <Status tone={said.tone} icon={said.icon} detail={review.decision ? (review.words ?? undefined) : formatAmounts(review.reasons[0] ?? '')}>
      {said.words}
    </Status>
  );
}

/** How partnerships went, beside the middle of their program, and what is to be done with each. */
export default function Reviews() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const panel = usePanel();
  const status = TABS.find((tab) => tab.key === view.get('state'))?.key ?? 'DUE';
  const list = useRows({ query: ReviewsDocument, variables: { brandId: brand.id, status, first: 50 }, pick: (data) => data.reviews, types: ['Review'] });
  const shown = columns.map((column) => (column.key === 'why' && status !== 'DUE' ? { ...column, head: 'What was decided' } : column));
  return (
    <>
      <PageHead title="Reviews" line={may('writeOutreach') ? 'How it went with each creator, after the trial and then every 90 days. You decide what comes next, and they read it.' : 'How it went with each creator, after the trial and then every 90 days, and what was decided.'} />
      <Card label="Reviews">
        <div className="tabtools">
          <Tabs label="Reviews" current={status} tabs={TABS.map((tab) => ({ key: tab.key, label: tab.label, count: tab.key === status && list.total !== null ? formatNumber(list.total) : undefined, to: view.href({ state: tab.key === 'DUE' ? null : tab.key, open: null }) }))} />
          {list.rows && list.rows.length > 0 && <TableMenu columns={shown} rows={list.rows} fileName="reviews" />}
        </div>
        <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton columns={5} />}>
          {(rows) =>
            rows.length > 0 ? (
              <DataTable label="Reviews" rows={rows} columns={shown} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="review" many="reviews" more={list.more} busy={list.loadingMore} />} />
            ) : status === 'DUE' ? (
              <div className="pad">
                <EmptyPage
                  title="No review waits"
                  solid={2}
                  action={<ButtonLink kind="primary" icon="people" to={`${hat.base}/creators`}>See your creators</ButtonLink>}
                  steps={[
                    { name: 'The trial ends', detail: 'Or 90 days have passed since the last review.' },
                    { name: 'The figures are put side by side', detail: 'Theirs, and the middle of your program in the same days.' },
                    { name: 'You decide', detail: 'Offer more, go on, help, or end it; the creator reads your words.' },
                  ]}
                >
                  Reviews come by themselves. Each suggests what to do next, and says why.
                </EmptyPage>
              </div>
            ) : (
              <p className="pad mut">No review was decided yet.</p>
            )
          }
        </Loaded>
      </Card>
      {panel.open && <ReviewPanel key={panel.open} id={panel.open} known={list.rows?.find((row) => row.id === panel.open)} onClose={panel.close} />}
    </>
  );
}
