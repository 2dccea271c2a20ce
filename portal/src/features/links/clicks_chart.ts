import { countPoints, MAX_SERIES, type ChartData, type Series } from '@/charts';
import { shiftDay } from '@/figures/range';
import type { Platform } from '@/gql/graphql';
import { formatDate, formatNumber } from '@/lib/format';
import { platformName } from '@/lib/platform';
import type { OwnLink } from './links_document';

/** As many days as a link's line has at most. */
export const LINE_DAYS = 30;

const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

/** The days of a link's line, of which the last is today. Figures count UTC days. */
export const lastDays = (count: number, now: Date): string[] => {
  const today = now.toISOString().slice(0, 10);
  return Array.from({ length: count }, (_, index) => shiftDay(today, index + 1 - count));
};

/** Clicks a day by platform in the last days, the rest of many platforms as "Others". */
export function clicksChart(links: readonly OwnLink[], now: Date, days = LINE_DAYS): ChartData {
  const length = Math.min(days, Math.max(0, ...links.map((link) => link.clicksByDay.length)));
  const byPlatform = new Map<Platform, number[]>();
  for (const link of links) {
    const sums = byPlatform.get(link.platform) ?? Array.from({ length }, () => 0);
    const own = link.clicksByDay.slice(-length);
    // Lines end together, today.
    own.forEach((count, index) => {
      const day = length - own.length + index;
      sums[day] = (sums[day] ?? 0) + count;
    });
    byPlatform.set(link.platform, sums);
  }
  const clicked = [...byPlatform].filter(([, days]) => total(days) > 0).sort((a, b) => total(b[1]) - total(a[1]));
  const alone = clicked.length > MAX_SERIES ? clicked.slice(0, MAX_SERIES - 1) : clicked;
  const rest = clicked.slice(alone.length);
  const series: Series[] = alone.map(([platform, days]) => ({ key: platform, label: platformName(platform), points: countPoints(days), total: formatNumber(total(days)) }));
  const at = lastDays(length, now);
  const sums = at.map((_, day) => clicked.reduce((sum, [, days]) => sum + (days[day] ?? 0), 0));
  if (rest.length > 0) {
    const days = at.map((_, day) => rest.reduce((sum, [, counts]) => sum + (counts[day] ?? 0), 0));
    series.push({ key: 'others', label: 'Others', points: countPoints(days), total: formatNumber(total(days)) });
  }
  return {
    label: 'Clicks a day by platform',
    at: at.map((day) => formatDate(day, 'short')),
    atLong: at.map((day) => formatDate(day, 'near')),
    series,
    together: series.length > 1 ? sums.map((sum) => formatNumber(sum)) : undefined,
    whole: true,
    axis: (value) => formatNumber(value),
  };
}

/** All clicks of the last days. */
export const clicksOf = (links: readonly OwnLink[], days = LINE_DAYS): number => links.reduce((sum, link) => sum + total(link.clicksByDay.slice(-days)), 0);
