import { lazy, Suspense, type ReactNode } from 'react';
import { Segmented } from '@/ui/choice';
import { useView } from '@/ui/panel';
import { ScrollBox } from '@/ui/scroll_box';
import { Skeleton } from '@/ui/skeleton';
import type { ChartData } from './model';

export * from './model';
export { Sparkline } from './sparkline';

const Drawn = lazy(() => import('./chart'));

/** A chart, loaded when it is first needed; its place is kept meanwhile. */
export function Chart({ data, kind, height }: { data: ChartData; kind: 'area' | 'bars'; height?: number }) {
  const tall = height ?? (kind === 'area' ? 304 : 176);
  return (
    <Suspense fallback={<Skeleton height={tall} style={{ borderRadius: 6 }} />}>
      <Drawn data={data} kind={kind} height={tall} />
    </Suspense>
  );
}

/** The same numbers as a table. */
export function ChartTable({ data }: { data: ChartData }) {
  return (
    <ScrollBox label={`Table of ${data.label.charAt(0).toLowerCase()}${data.label.slice(1)}`} held style={{ maxHeight: 420, overflow: 'auto' }}>
      <table aria-label={data.label}>
        <thead>
          <tr>
            <th scope="col">When</th>
            {data.series.map((series) => (
              <th key={series.key} scope="col" className="r">
                {series.label}
              </th>
            ))}
            {data.together && <th scope="col" className="r">Together</th>}
            {data.compare && <th scope="col" className="r">{data.compare.label}</th>}
          </tr>
        </thead>
        <tbody>
          {data.at.map((at, index) => (
            <tr key={index}>
              <td className="nw">{data.atLong?.[index] ?? at}</td>
              {data.series.map((series) => (
                <td key={series.key} className="r nw">
                  {series.points[index]?.text ?? '–'}
                </td>
              ))}
              {data.together && <td className="r nw b">{data.together[index]}</td>}
              {data.compare && <td className="r nw mut">{data.compare.points[index]?.text ?? '–'}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

/** The two marks of a chart with a comparison: what is drawn solid and what is dashed. */
export function ChartKey({ now, before, area }: { now?: string; before: string; area?: boolean }) {
  return (
    <div className="leg">
      {now && (
        <span>
          <svg width="10" height="10" aria-hidden="true">
            <rect width="10" height="10" rx="2" fill="var(--river)" />
          </svg>
          {now}
        </span>
      )}
      <span>
        <svg width="20" height="6" aria-hidden="true">
          <line x1="1" x2="20" y1="3" y2="3" stroke={area ? 'var(--ink)' : 'var(--ink-3)'} strokeWidth={area ? 1.5 : 1.25} strokeDasharray={area ? '2 4' : '3 3'} strokeLinecap={area ? 'round' : undefined} />
        </svg>
        {before}
      </span>
    </div>
  );
}

/** A chart under its head, with the toggle to a table; the URL holds which of them is shown. */
export function ChartCard({ data, kind, height, head, param = 'as' }: { data: ChartData; kind: 'area' | 'bars'; height?: number; /** Figure, delta and words at the left. */ head: ReactNode; param?: string }) {
  const view = useView();
  const table = view.get(param) === 'table';
  return (
    <section className="card" aria-label={data.label}>
      <div className="ch" style={{ padding: '16px var(--card-x) 4px', alignItems: 'flex-start', flexWrap: 'wrap' }}>
        <div>{head}</div>
        <div className="act row g3 wrap">
          {data.compare && <ChartKey before={data.compare.label} area={kind === 'area'} />}
          <Segmented label="Show as" value={table ? 'table' : 'chart'} options={[{ value: 'chart', label: 'Chart' }, { value: 'table', label: 'Table' }]} onChange={(value) => view.set({ [param]: value === 'table' ? 'table' : null })} />
        </div>
      </div>
      {table ? <ChartTable data={data} /> : <div style={{ padding: '4px var(--card-x) 16px' }}><Chart data={data} kind={kind} height={height} /></div>}
    </section>
  );
}
