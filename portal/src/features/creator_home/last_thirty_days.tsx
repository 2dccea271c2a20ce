import { useMemo } from 'react';
import { useQuery } from 'urql';
import { ChartKey, Chart, ChartTable, countPoints, moneyAxis, moneyPoints, type ChartData } from '@/charts';
import type { HomeFiguresFragment } from '@/gql/graphql';
import { compareAmounts, difference, isPositive } from '@/lib/amount';
import { formatDate, formatMoney, formatNumber, formatPercent, formatRange, isZero, toDrawing } from '@/lib/format';
import { Segmented } from '@/ui/choice';
import { useView } from '@/ui/panel';
import { BlockSkeleton, StatSkeleton } from '@/ui/skeleton';
import { Delta } from '@/ui/status';
import { StatRow, type Stat } from '@/ui/stat';
import { ErrorState } from '@/ui/trouble';
import { lastThirtyDays } from './days';
import { HomeFiguresDocument } from './home_document';

type Figure = 'earnings' | 'sales' | 'clicks';

/** Last 30 days against the 30 before: three figures, of which one drives the chart. */
export function LastThirtyDays({ currency, currencies, onCurrency, posts, now }: { currency: string | null; currencies: readonly string[]; onCurrency: (code: string) => void; posts: readonly { title: string; publishedAt: string }[]; now: Date }) {
  const view = useView();
  const days = useMemo(() => lastThirtyDays(now), [now]);
  const [{ data, error }, again] = useQuery({ query: HomeFiguresDocument, variables: { ...days, currency } });
  const shown = (['sales', 'clicks'] as const).find((figure) => figure === view.get('figure')) ?? 'earnings';
  const table = view.get('as') === 'table';
  if (!data) {
    return (
      <section className="card" aria-label="Last 30 days">
        {error ? (
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        ) : (
          <>
            <StatSkeleton />
            <div className="pad">
              <BlockSkeleton height={176} />
            </div>
          </>
        )}
      </section>
    );
  }
  const chart = chartOf(data.now, data.before, shown, posts);
  return (
    <section className="card" aria-label="Last 30 days">
      <StatRow chart stats={statsOf(data.now, data.before)} picked={shown} onPick={(key) => view.set({ figure: key === 'earnings' ? null : key })} />
      <div className="thirty">
        <div className="row between g3 wrap" style={{ marginBottom: 4 }}>
          <ChartKey now={formatRange(data.now.from, data.now.to)} before="30 days before" />
          <span className="row g2 wrap">
            {currencies.length > 1 && <Segmented label="Currency" value={currency ?? ''} options={currencies.map((code) => ({ value: code, label: code }))} onChange={onCurrency} />}
            <Segmented label="Show as" value={table ? 'table' : 'chart'} options={[{ value: 'chart', label: 'Chart' }, { value: 'table', label: 'Table' }]} onChange={(value) => view.set({ as: value === 'table' ? 'table' : null })} />
          </span>
        </div>
        {table ? <ChartTable data={chart} /> : <Chart data={chart} kind="bars" />}
      </div>
    </section>
  );
}

/** Shared orders count by their parts: less than a twentieth is no change. */
const sameCount = (now: number, before: number) => Math.abs(now - before) < 0.05;

function countDelta(now: number, before: number, more: string, fewer: string) {
  const change = now - before;
  const same = sameCount(now, before);
  return (
    <Delta direction={same ? 'same' : change > 0 ? 'up' : 'down'} good={change > 0}>
      {same ? 'as many' : `${formatNumber(Math.abs(change), { digits: 1 })} ${change > 0 ? more : fewer}`}
    </Delta>
  );
}

function ratioDelta(change: number) {
  const same = Math.abs(change) < 0.0005;
  return (
    <Delta direction={same ? 'same' : change > 0 ? 'up' : 'down'} good={change > 0}>
      {same ? 'the same' : formatPercent(Math.abs(change))}
    </Delta>
  );
}

/** Earnings, sales and clicks with their change. */
export function statsOf(now: HomeFiguresFragment, before: HomeFiguresFragment): Stat[] {
  const earned = now.total.commission;
  const earlier = before.total.commission;
  const gain = difference(earned, earlier);
  return [
    {
      key: 'earnings' satisfies Figure,
      label: 'Earnings',
      value: formatMoney(earned),
      // A share of nothing says nothing: then the amount itself is the change.
      delta: isPositive(earlier) ? ratioDelta(toDrawing(gain) / toDrawing(earlier)) : <Delta direction={compareAmounts(earned, earlier) > 0 ? 'up' : 'same'} good>{isZero(gain) ? 'the same' : formatMoney(gain, { signed: true })}</Delta>,
      from: isZero(gain) ? 'as before' : `from ${formatMoney(earlier)}`,
    },
    { key: 'sales' satisfies Figure, label: 'Sales', value: formatNumber(now.total.orders, { digits: 1 }), delta: countDelta(now.total.orders, before.total.orders, 'more', 'fewer'), from: sameCount(now.total.orders, before.total.orders) ? 'as before' : `than ${formatNumber(before.total.orders, { digits: 1 })}` },
    {
      key: 'clicks' satisfies Figure,
      label: 'Clicks',
      value: formatNumber(now.total.clicks),
      delta: before.total.clicks > 0 ? ratioDelta(now.total.clicks / before.total.clicks - 1) : countDelta(now.total.clicks, before.total.clicks, 'more', 'fewer'),
      from: now.total.clicks === before.total.clicks ? 'as before' : `from ${formatNumber(before.total.clicks)}`,
    },
  ];
}

const LABEL: Record<Figure, string> = { earnings: 'Earnings', sales: 'Sales', clicks: 'Clicks' };

/** The chart of one figure a day, the days before as a dashed line, posts as marks. */
export function chartOf(now: HomeFiguresFragment, before: HomeFiguresFragment, figure: Figure, posts: readonly { title: string; publishedAt: string }[]): ChartData {
  const points = ({ rows }: HomeFiguresFragment) =>
    figure === 'earnings'
      ? moneyPoints(rows.map((row) => row.figures.commission))
      : figure === 'clicks'
        ? countPoints(rows.map((row) => row.figures.clicks))
        : rows.map((row) => ({ size: row.figures.orders, text: formatNumber(row.figures.orders, { digits: 1 }) }));
  const dates = now.rows.map((row) => row.date ?? row.key);
  // Two marks on a day, or on days side by side, would write over each other.
  const marks = posts
    .map((post) => ({ index: dates.indexOf(post.publishedAt.slice(0, 10)), label: post.title }))
    .filter((mark) => mark.index >= 0)
    .sort((a, b) => a.index - b.index)
    .filter((mark, place, all) => place === 0 || mark.index - (all[place - 1]?.index ?? 0) > 7)
    .slice(0, 3);
  return {
    label: `${LABEL[figure]} a day, ${formatRange(now.from, now.to)}`,
    at: dates.map((date) => formatDate(date, 'short')),
    atLong: dates.map((date) => formatDate(date, 'weekday')),
    series: [{ key: figure, label: LABEL[figure], points: points(now) }],
    compare: { label: '30 days before', points: points(before), atLong: before.rows.map((row) => formatDate(row.date ?? row.key, 'weekday')) },
    marks,
    whole: figure === 'clicks',
    axis: figure === 'earnings' ? moneyAxis(now.total.commission.currencyCode) : (value) => formatNumber(value, { digits: 1 }),
  };
}
