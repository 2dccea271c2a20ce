import { useEffect, useMemo, useState } from 'react';
import { useClient, useQuery, type CombinedError, type TypedDocumentNode, type UseQueryArgs } from 'urql';

/** A page of a cursor connection as every list of the API gives it. */
export interface Connection<Row> {
  nodes: readonly Row[];
  pageInfo: { hasNextPage: boolean; endCursor?: string | null };
  totalCount?: number | null;
}

/** A list that grows by pages. */
export interface Rows<Data, Row> {
  /** All rows loaded so far; null until the first page is there. */
  rows: readonly Row[] | null;
  total: number | null;
  /** The first page's whole answer, for what was asked beside the list. */
  data: Data | undefined;
  error: CombinedError | undefined;
  /** Loads the next page; null when there is none. */
  more: (() => void) | null;
  loadingMore: boolean;
  again: () => void;
}

/** The variables that every list takes. */
interface Paged {
  first?: number | null;
  after?: string | null;
}

/**
 * Reads a connection page by page. After a change of one of `types` all pages
 * that were loaded are read again, so that the list never mixes old and new.
 */
export function useRows<Data, Vars extends Paged, Row>(options: {
  query: TypedDocumentNode<Data, Vars>;
  variables: Vars;
  pick: (data: Data) => Connection<Row> | null | undefined;
  /** Types whose change makes the list stale even while it is empty. */
  types: readonly string[];
  pause?: boolean;
}): Rows<Data, Row> {
  const { query, variables, pick, pause } = options;
  const client = useClient();
  const typesKey = options.types.join(' ');
  const context = useMemo(() => ({ additionalTypenames: typesKey.split(' ') }), [typesKey]);
  const [{ data, error }, run] = useQuery<Data, Vars>({ query, variables, pause, context } as UseQueryArgs<Vars, Data>);
  const key = JSON.stringify(variables);
  const [wanted, setWanted] = useState({ key, pages: 0 });
  const [extra, setExtra] = useState<{ key: string; from: Data | undefined; pages: readonly Connection<Row>[] }>({ key, from: undefined, pages: [] });
  const pages = wanted.key === key ? wanted.pages : 0;
  const first = data ? pick(data) : null;

  useEffect(() => {
    if (pages === 0 || !data) return;
    let over = false;
    async function load() {
      const found: Connection<Row>[] = [];
      let last = data ? pick(data) : null;
      for (let page = 0; page < pages && last?.pageInfo.hasNextPage && last.pageInfo.endCursor; page += 1) {
        const result = await client.query<Data, Vars>(query, { ...variables, after: last.pageInfo.endCursor }, { ...context, requestPolicy: 'network-only' }).toPromise();
        const next = result.data ? pick(result.data) : null;
        if (!next) break;
        found.push(next);
        last = next;
      }
      if (!over) setExtra({ key, from: data, pages: found });
    }
    void load();
    return () => {
      over = true;
    };
    // The variables and the picker are new objects at each drawing; the key stands for them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, query, key, pages, data]);

  const later = extra.key === key ? extra.pages.slice(0, pages) : [];
  const lastPage = later[later.length - 1] ?? first;
  const loadingMore = pages > 0 && (extra.key !== key || extra.from !== data || later.length < pages) && Boolean(lastPage?.pageInfo.hasNextPage);
  return {
    rows: first ? [...first.nodes, ...later.flatMap((page) => page.nodes)] : null,
    total: first?.totalCount ?? null,
    data,
    error: data ? undefined : error,
    more: lastPage?.pageInfo.hasNextPage ? () => setWanted({ key, pages: pages + 1 }) : null,
    loadingMore,
    again: () => run({ requestPolicy: 'network-only' }),
  };
}
