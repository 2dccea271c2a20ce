import { useEffect, type ReactNode } from 'react';
import { useQuery } from 'urql';
import type { FunnelFilter } from '@/gql/graphql';
import { formatRange } from '@/lib/format';
import { Segmented } from '@/ui/choice';
import { useView } from '@/ui/panel';
import { ScrollBox } from '@/ui/scroll_box';
import { BlockSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { drawnSteps, funnelSentence, isEmpty, isSilent, streamPath, type DrawnStep, type Funnel } from './funnel';
import { LinkFunnelDocument } from './links_document';

/** Reads a funnel; each new `round` reads it anew. */
export function useFunnel(filter: FunnelFilter, round: number) {
  const [answer, read] = useQuery({ query: LinkFunnelDocument, variables: { filter } });
  useEffect(() => {
    if (round > 0) read({ requestPolicy: 'network-only' });
  }, [round, read]);
  return { funnel: answer.data?.funnel, error: answer.error, again: () => read({ requestPolicy: 'network-only' }) };
}

/** A step's rates in words: those of the last one are of orders, not of people. */
function Rates({ step }: { step: DrawnStep }) {
  if (!step.ofFirst) return <span className="sm mut">visitors</span>;
  return (
    <span className="sm mut n">
      {step.ofFirst} <span className="dim">of visitors</span>
    </span>
  );
}

/** Steps side by side over a stream that narrows. */
function Stream({ steps }: { steps: readonly DrawnStep[] }) {
  return (
    <div className="funnel no-ph">
      <ol>
        {steps.map((step) => (
          <li key={step.kind}>
            <span className="mut blk">{step.name}</span>
            <b className="val n">{step.figure}</b>
            <Rates step={step} />
          </li>
        ))}
      </ol>
      <svg viewBox={`0 0 ${steps.length * 100} 100`} preserveAspectRatio="none" aria-hidden="true">
        <defs>
          <linearGradient id="funnel-water">
            <stop offset="0" stopColor="var(--current)" />
            <stop offset="1" stopColor="var(--river)" />
          </linearGradient>
        </defs>
        <path className="bed" d={streamPath(steps.map(() => 1))} />
        <path d={streamPath(steps.map((step) => step.share))} fill="url(#funnel-water)" />
      </svg>
    </div>
  );
}

/** Steps below each other with a bar each: for the phone and for panels. */
export function FunnelBars({ steps }: { steps: readonly DrawnStep[] }) {
  return (
    <ol className="funnelbars">
      {steps.map((step) => (
        <li key={step.kind}>
          <span className="figs n">
            <span className="mut">{step.name}</span>
            <span className="sm dim">{step.ofFirst}</span>
            <b className="b">{step.figure}</b>
          </span>
          <span className="flow">
            <i style={{ width: `${step.share * 100}%`, minWidth: step.share > 0 ? 2 : 0 }} />
          </span>
        </li>
      ))}
    </ol>
  );
}

function FunnelTable({ steps, days }: { steps: readonly DrawnStep[]; days: string }) {
  return (
    <ScrollBox label="Table of the way from clicks to orders" held>
      <table aria-label="From clicks to orders">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col" className="r">Visitors</th>
            <th scope="col" className="r">Times</th>
            <th scope="col" className="r">Of all visitors</th>
            <th scope="col" className="r">Of the step before</th>
            <th scope="col" className="r">{days}</th>
          </tr>
        </thead>
        <tbody>
          {steps.map((step) => (
            <tr key={step.kind}>
              <td className="nw">{step.name}</td>
              <td className="r b">{step.kind === 'ORDER' ? '–' : step.figure}</td>
              <td className="r">{step.times}</td>
              <td className="r">{step.ofFirst || '–'}</td>
              <td className="r">{step.ofBefore || '–'}</td>
              <td className="r mut">{step.earlier}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** The way from clicks to orders: how many visitors looked at the shop, filled a cart, began to pay and ordered. */
export function FunnelCard({ filter, round, silent }: { filter: FunnelFilter; /** Counted up to read it anew. */ round: number; /** What to say when the shop tells nothing of its visitors. */ silent: ReactNode }) {
  const view = useView();
  const { funnel, error, again } = useFunnel(filter, round);
  const table = view.get('funnel') === 'table';
  const drawn = funnel && !isEmpty(funnel);
  return (
    <section className="card mt" aria-label="From clicks to orders">
      <div className="ch" style={{ padding: '16px var(--card-x) 4px', alignItems: 'flex-start', flexWrap: 'wrap' }}>
        <div>
          <h2>From clicks to orders</h2>
          {funnel && (
            <p className="sm mut n">
              {formatRange(funnel.from, funnel.to)}: {funnelSentence(funnel)}
            </p>
          )}
        </div>
        {drawn && (
          <div className="act">
            <Segmented label="Show as" value={table ? 'table' : 'chart'} options={[{ value: 'chart', label: 'Chart' }, { value: 'table', label: 'Table' }]} onChange={(value) => view.set({ funnel: value === 'table' ? 'table' : null })} />
          </div>
        )}
      </div>
      {funnel ? <Body funnel={funnel} table={table} silent={silent} /> : error ? <ErrorState error={error} onRetry={again} /> : <div className="pad"><BlockSkeleton height={150} /></div>}
    </section>
  );
}

function Body({ funnel, table, silent }: { funnel: Funnel; table: boolean; silent: ReactNode }) {
  if (isEmpty(funnel)) return <p className="mut funnelnote">Once somebody follows a link, you see here how many look at the shop, fill a cart, begin to pay and order.</p>;
  const steps = drawnSteps(funnel);
  return (
    <>
      {table ? (
        <FunnelTable steps={steps} days="As many days before" />
      ) : (
        <>
          <Stream steps={steps} />
          <div className="only-ph">
            <FunnelBars steps={steps} />
          </div>
        </>
      )}
      {isSilent(funnel) && <p className="mut funnelnote">{silent}</p>}
    </>
  );
}
