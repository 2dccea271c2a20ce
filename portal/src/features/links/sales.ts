import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import type { PerformanceFilter } from '@/gql/graphql';
import { LinkSalesDocument } from './links_document';

/** Sales by link over a range, and up to when they are counted. */
export interface LinkSales {
  byLink: ReadonlyMap<string, number>;
  asOf: string;
}

/**
 * Sales by link over a range of days: of a brand, or of the signed-in creator.
 * Figures are of one currency at a time, so each currency of the programs is read;
 * null until all are there. `round` reads them anew.
 */
export function useLinkSales(brandId: string | null, currencies: readonly string[], range: { from: string; to: string } | null, round: number): LinkSales | null {
  const client = useClient();
  const key = JSON.stringify([brandId, currencies, range]);
  const [found, setFound] = useState<{ key: string; sales: LinkSales } | null>(null);
  useEffect(() => {
    if (!range || currencies.length === 0) return;
    const { from, to } = range;
    let over = false;
    async function read() {
      const filters = currencies.map((currencyCode): PerformanceFilter => ({ brandId, from, to, currencyCode }));
      const answers = await Promise.all(filters.map((filter) => client.query(LinkSalesDocument, { filter }, { requestPolicy: round > 0 ? 'network-only' : 'cache-first' }).toPromise()));
      const parts = answers.map((answer) => answer.data?.performance);
      if (over || parts.some((part) => !part)) return;
      const byLink = new Map<string, number>();
      for (const row of parts.flatMap((part) => part?.rows ?? [])) byLink.set(row.key, (byLink.get(row.key) ?? 0) + row.figures.orders);
      setFound({ key, sales: { byLink, asOf: parts.map((part) => part?.asOf ?? '').sort()[0] ?? '' } });
    }
    void read();
    return () => {
      over = true;
    };
    // Currencies and range are new objects at each drawing; the key stands for them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, key, round]);
  return found?.key === key ? found.sales : null;
}
