import type { ChartData, Series } from '@/charts/model';
import type { PerformanceDaysQuery } from '@/gql/graphql';
import { formatDate, formatRange } from '@/lib/format';
import { axisOf, pointOf, wordsOf, type Measure } from './measure';

type Days = PerformanceDaysQuery['now']['rows'];

/** A chart of one measure by day with the range before as a dashed line. */
export function dayChart(measure: Measure, days: Days, earlier: Days | null, currencyCode: string, series?: readonly Series[]): ChartData {
  const at = days.map((row) => row.date ?? row.key);
  const first = earlier?.[0]?.date;
  const last = earlier?.[earlier.length - 1]?.date;
  return {
    label: `${measure.title} a day`,
    at: at.map((day) => formatDate(day, 'short')),
    atLong: at.map((day) => formatDate(day, 'near')),
    series: series ?? [{ key: measure.key, label: measure.name, points: days.map((row) => pointOf(measure, row.figures)) }],
    together: series && series.length > 1 ? days.map((row) => wordsOf(measure, row.figures)) : undefined,
    compare:
      earlier && first && last
        ? { label: formatRange(first, last), points: earlier.map((row) => pointOf(measure, row.figures)), atLong: earlier.map((row) => formatDate(row.date ?? row.key, 'near')) }
        : undefined,
    axis: axisOf(measure, currencyCode),
  };
}
