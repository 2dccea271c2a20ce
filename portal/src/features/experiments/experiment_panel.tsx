import { useQuery } from 'urql';
import { formatCount, measureOf, wordsOf } from '@/figures/measure';
import type { ExperimentFieldsFragment } from '@/gql/graphql';
import { formatDate, formatPercent, plural } from '@/lib/format';
import { BlockSkeleton, ErrorState, SidePanel, Skeleton, Status } from '@/ui';
import { dimensionName, intervalWords, resultSaid } from './experiment_words';
import { ExperimentDocument } from './experiments_document';
import { resultOf } from './result';
import './experiments.css';

type Experiment = ExperimentFieldsFragment;

const FRESH = { additionalTypenames: ['Experiment', 'Order'] };
const COMPARED = ['clicks', 'orders', 'newCustomers', 'revenue', 'averageOrder', 'commissionRate'] as const;

/** One experiment: what it should show, what it shows so far, and the figures of its arms. */
export function ExperimentPanel({ id, known, onClose }: { id: string; known: Experiment | undefined; onClose: () => void }) {
  const [{ data, error }, read] = useQuery({ query: ExperimentDocument, variables: { id }, pause: known !== undefined, context: FRESH });
  const experiment = known ?? (data?.node?.__typename === 'Experiment' ? data.node : undefined);
  return (
    <SidePanel
      label={experiment?.name ?? 'Experiment'}
      onClose={onClose}
      head={
        experiment ? (
          <span className="grow">
            <b className="b blk lead" style={{ fontWeight: 600 }}>{experiment.name}</b>
            <span className="sm mut blk">
              {experiment.program.name}, {dimensionName(experiment.dimension).toLowerCase()}, since {formatDate(experiment.createdAt)}
            </span>
          </span>
        ) : (
          <Skeleton width={180} height={20} />
        )
      }
    >
      {experiment ? <Story experiment={experiment} /> : error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such experiment, or it belongs to another brand.</p> : <BlockSkeleton height={320} />}
    </SidePanel>
  );
}

function Story({ experiment }: { experiment: Experiment }) {
  const result = resultOf(experiment.arms);
  const said = resultSaid(result);
  const most = Math.max(0.01, ...result.arms.map((arm) => arm.conversion?.high ?? 0));
  return (
    <div className="grid">
      {experiment.hypothesis && <p className="mut" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>“{experiment.hypothesis}”</p>}
      <section>
        <h3 style={{ marginBottom: 6 }}>What it shows so far</h3>
        <Status tone={said.tone} icon={said.icon} detail={said.sentence}>
          {said.words}
        </Status>
      </section>
      <section>
        <h3 style={{ marginBottom: 10 }}>Clicks that became orders</h3>
        <ol className="arms">
          {result.arms.map((arm, index) => (
            <li key={arm.name}>
              <div>
                <b className="b">{arm.name}</b>
                <b className="b n nw">{arm.conversion ? formatPercent(arm.conversion.value) : '–'}</b>
              </div>
              {arm.conversion && (
                <div className="track" aria-hidden="true">
                  <i style={{ left: `${(arm.conversion.low / most) * 100}%`, right: `${100 - (arm.conversion.high / most) * 100}%` }} />
                  <b style={{ left: `${(arm.conversion.value / most) * 100}%` }} />
                </div>
              )}
              <p className="sm mut">
                {arm.conversion ? `${intervalWords(arm.conversion)}. ` : arm.clicks === 0 ? 'No click yet. ' : 'More orders than clicks: codes bring most of them. '}
                {formatCount(arm.orders)} of {plural(arm.clicks, 'click', 'clicks')}, {plural(experiment.arms[index]?.partnershipCount ?? 0, 'creator', 'creators')}
              </p>
            </li>
          ))}
        </ol>
      </section>
      <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
        <h3 style={{ marginBottom: 6 }}>All figures</h3>
        <div className="tbl">
          <table className="compared" aria-label="Figures of the arms">
            <thead>
              <tr>
                <th scope="col">
                  <span className="vh">Figure</span>
                </th>
                {experiment.arms.map((arm) => (
                  <th key={arm.name} scope="col" className="r">
                    {arm.name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {COMPARED.map(measureOf).map((measure) => (
                <tr key={measure.key}>
                  <th scope="row">{measure.name}</th>
                  {experiment.arms.map((arm) => (
                    <td key={arm.name} className="r nw">
                      {wordsOf(measure, arm.figures, { whole: true })}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </div>
  );
}
