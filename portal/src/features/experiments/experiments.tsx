import { useRows } from '@/api/rows';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { ExperimentFieldsFragment } from '@/gql/graphql';
import { formatDate, formatNumber, plural } from '@/lib/format';
import { Button, Card, DataTable, EmptyPage, Loaded, MoreRows, PageHead, Status, TableSkeleton, usePanel, type Column } from '@/ui';
import { ExperimentPanel } from './experiment_panel';
import { dimensionName, resultSaid } from './experiment_words';
import { ExperimentsDocument } from './experiments_document';
import { NewExperiment } from './new_experiment';
import { resultOf } from './result';

type Experiment = ExperimentFieldsFragment;

const clicksOf = (row: Experiment) => row.arms.reduce((total, arm) => total + arm.figures.clicks, 0);
const creatorsOf = (row: Experiment) => row.arms.reduce((total, arm) => total + arm.partnershipCount, 0);

const columns: Column<Experiment>[] = [
  { key: 'name', head: 'Experiment', cell: (row) => <><b className="b">{row.name}</b><span className="sm dim no-ph">{row.program.name}</span></>, phone: 'name', sort: (row) => row.name, ascendingFirst: true, text: (row) => row.name },
  { key: 'result', head: 'Result so far', cell: (row) => <Status tone={resultSaid(resultOf(row.arms)).tone} icon={resultSaid(resultOf(row.arms)).icon}>{resultSaid(resultOf(row.arms)).words}</Status>, phone: 'state', text: (row) => resultSaid(resultOf(row.arms)).words },
  { key: 'varies', head: 'Varies', cell: (row) => dimensionName(row.dimension), text: (row) => dimensionName(row.dimension) },
  { key: 'arms', head: 'Arms', cell: (row) => <>{row.arms.map((arm) => arm.name).join(', ')}<span className="sm dim">{plural(creatorsOf(row), 'creator', 'creators')}</span></>, text: (row) => row.arms.map((arm) => arm.name).join(', ') },
  { key: 'clicks', head: 'Clicks', right: true, cell: (row) => formatNumber(clicksOf(row)), sort: clicksOf, text: (row) => String(clicksOf(row)) },
  { key: 'since', head: 'Begun', right: true, cell: (row) => <span className="mut">{formatDate(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
  { key: 'many', head: 'Clicks', phoneOnly: true, phone: 'amount', cell: (row) => plural(clicksOf(row), 'click', 'clicks') },
  { key: 'against', head: 'Arms', phoneOnly: true, phone: 'sentence', cell: (row) => row.arms.map((arm) => arm.name).join(' against ') },
];

/** What was tried against what, and whether it made a difference. */
export default function Experiments() {
  const brand = useBrand();
  const may = useMay();
  const panel = usePanel();
  const list = useRows({ query: ExperimentsDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.experiments, types: ['Experiment'] });
  const begin = may('writeOutreach') && (
    <Button kind="primary" icon="plus" onClick={() => panel.show('new')}>
      Begin an experiment
    </Button>
  );
  const empty = list.rows?.length === 0;
  return (
    <>
      <PageHead title="Experiments" line="What you try against what: an offer, a platform or a format, with different creators in the same days." actions={!empty && begin} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={5} /></Card>}>
        {(rows) =>
          rows.length > 0 ? (
            <Card label="Experiments">
              <DataTable label="Experiments" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="experiment" many="experiments" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : (
            <EmptyPage
              title="Try one thing against another"
              solid={2}
              action={begin}
              steps={[
                { name: 'Say what you think', detail: '“A routine in one take sells more than an explanation.”' },
                { name: 'Deal your creators out', detail: 'At random, so that only what you vary differs.' },
                { name: 'Wait for enough', detail: 'The result comes with its bounds, and says when the sample is too small.' },
              ]}
            >
              Two groups of creators do it differently in the same days, and you see what sells better.
            </EmptyPage>
          )
        }
      </Loaded>
      {panel.open === 'new' && may('writeOutreach') ? <NewExperiment onClose={panel.close} onMade={panel.show} /> : panel.open && <ExperimentPanel key={panel.open} id={panel.open} known={list.rows?.find((row) => row.id === panel.open)} onClose={panel.close} />}
    </>
  );
}
