import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import type { BrandLinkDaysQuery, PerformanceFilter } from '@/gql/graphql';
import { BrandLinkDaysDocument } from './brand_links_document';

type Part = BrandLinkDaysQuery['performance'];

/** Sums of a range. */
export interface Sums {
  clicks: number;
  uniqueClicks: number;
  orders: number;
}

/** Clicks of a brand's links by day, with the sums of the range and of the one before. */
export interface BrandDays {
  days: readonly { date: string; clicks: number }[];
  total: Sums;
  previous: Sums;
  asOf: string;
}

const sum = (parts: readonly Sums[]): Sums => ({
  clicks: parts.reduce((all, part) => all + part.clicks, 0),
  uniqueClicks: parts.reduce((all, part) => all + part.uniqueClicks, 0),
  orders: parts.reduce((all, part) => all + part.orders, 0),
});

const NOTHING: Sums = { clicks: 0, uniqueClicks: 0, orders: 0 };

/** Puts the figures of several currencies together; counts have none. */
export function joinDays(parts: readonly Part[]): BrandDays {
  const days = new Map<string, number>();
  for (const row of parts.flatMap((part) => part.rows)) days.set(row.date ?? row.key, (days.get(row.date ?? row.key) ?? 0) + row.figures.clicks);
  return {
    days: [...days].sort(([a], [b]) => (a < b ? -1 : 1)).map(([date, clicks]) => ({ date, clicks })),
    total: sum(parts.map((part) => part.total)),
    previous: sum(parts.map((part) => part.previous ?? NOTHING)),
    asOf: parts.map((part) => part.asOf).sort()[0] ?? '',
  };
}

/** Reads the days of a brand's links, in each currency of its programs; null until all are there. `round` reads them anew. */
export function useBrandDays(filters: readonly PerformanceFilter[], round: number): BrandDays | null {
  const client = useClient();
  const key = JSON.stringify(filters);
  const [found, setFound] = useState<{ key: string; days: BrandDays } | null>(null);
  useEffect(() => {
    if (filters.length === 0) return;
    let over = false;
    async function read() {
      const answers = await Promise.all(filters.map((filter) => client.query(BrandLinkDaysDocument, { filter }, { requestPolicy: round > 0 ? 'network-only' : 'cache-first' }).toPromise()));
      const parts = answers.flatMap((answer) => (answer.data ? [answer.data.performance] : []));
      if (!over && parts.length === filters.length) setFound({ key, days: joinDays(parts) });
    }
    void read();
    return () => {
      over = true;
    };
    // The filters are new objects at each drawing; the key stands for them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, key, round]);
  return found?.key === key ? found.days : null;
}
