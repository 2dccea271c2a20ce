import { describe, expect, it } from 'vitest';
import type { Platform } from '@/gql/graphql';
import { joinDays } from './brand_days';
import { clicksChart, clicksOf, lastDays } from './clicks_chart';
import type { OwnLink } from './links_document';

const NOW = new Date('2026-11-22T14:05:00Z');
const link = (platform: Platform, clicksByDay: number[]): OwnLink => ({ id: `${platform}${clicksByDay.length}`, url: 'https://go.example/r/x', qrSvgUrl: '', qrPngUrl: '', platform, label: '', campaign: '', createdAt: '2026-11-01T00:00:00Z', health: { status: 'OK', detail: '' }, clicksByDay, totals: { clicks: 0, orders: 0 }, partnership: { id: 'par_1' } });
const sizes = (series: { points: readonly { size: number }[] }) => series.points.map((point) => point.size);

describe('clicks a day by platform', () => {
  it('end today, add links of a platform, and stand largest first', () => {
    const links = [link('TIKTOK', [1, 1, 1]), link('INSTAGRAM', [5, 0, 2]), link('TIKTOK', [4]), link('BLOG', [0, 0, 0])];
    const chart = clicksChart(links, NOW);
    expect(lastDays(3, NOW)).toEqual(['2026-11-20', '2026-11-21', '2026-11-22']);
    expect(chart.series.map((series) => [series.key, sizes(series), series.total])).toEqual([
      ['TIKTOK', [1, 1, 5], '7'],
      ['INSTAGRAM', [5, 0, 2], '7'],
    ]);
    expect(chart.together).toEqual(['6', '1', '7']);
    expect(clicksOf(links)).toBe(14);
  });

  it('put what is over five platforms together', () => {
    const platforms: Platform[] = ['TIKTOK', 'INSTAGRAM', 'YOUTUBE', 'BLOG', 'NEWSLETTER', 'X'];
    const chart = clicksChart(platforms.map((platform, index) => link(platform, [10 - index])), NOW);
    expect(chart.series.map((series) => series.label)).toEqual(['TikTok', 'Instagram', 'YouTube', 'Blog', 'Others']);
    expect(sizes(chart.series[4] ?? { points: [] })).toEqual([11]);
  });
});

describe('days of a brand', () => {
  it('add the currencies of its programs and keep the older time', () => {
    const part = (asOf: string, clicks: number, day: string) => ({ asOf, total: { clicks, uniqueClicks: clicks, orders: 0.5 }, previous: null, rows: [{ key: day, date: day, figures: { clicks } }] });
    expect(joinDays([part('2026-11-22T14:05:00Z', 3, '2026-11-22'), part('2026-11-22T14:04:00Z', 4, '2026-11-22')] as unknown as Parameters<typeof joinDays>[0])).toEqual({
      days: [{ date: '2026-11-22', clicks: 7 }],
      total: { clicks: 7, uniqueClicks: 7, orders: 1 },
      previous: { clicks: 0, uniqueClicks: 0, orders: 0 },
      asOf: '2026-11-22T14:04:00Z',
    });
  });
});
