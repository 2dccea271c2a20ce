import { useEffect, useState } from 'react';
import { useClient } from 'urql';
import { MAX_SERIES, type Series } from '@/charts/model';
import { pointOf, sizeOf, wordsOf, type Figures, type Measure } from '@/figures/measure';
import { graphql } from '@/gql';
import type { PerformanceFilter } from '@/gql/graphql';
import type { Money } from '@/lib/format';
import { difference, sum } from '@/lib/amount';

const StreamDocument = graphql(`
  query PerformanceStream($filter: PerformanceFilter!) {
    performance(filter: $filter, groupBy: DAY) {
      rows {
        key
        figures {
          ...FigureFields
        }
      }
    }
  }
`);

/** One group whose days are drawn as a stream. */
export interface Stream {
  key: string;
  label: string;
  /** What narrows the figures to this group. */
  only: { creatorId?: string; programId?: string };
  total: Figures;
}

type Loaded = ReadonlyMap<string, readonly Figures[]>;

/** Takes the figures of the named streams away from those of everybody, so that the rest can be drawn as "Others". */
export function restOf(measure: Measure, all: Figures, parts: readonly Figures[]): Figures {
  const value = all[measure.key];
  const rest = { ...all };
  if (typeof value === 'object' && value !== null) {
    const taken = sum(parts.map((part) => part[measure.key]).filter((amount): amount is Money => typeof amount === 'object' && amount !== null));
    Object.assign(rest, { [measure.key]: taken ? difference(value, taken) : value });
  } else if (typeof value === 'number') {
    Object.assign(rest, { [measure.key]: value - parts.reduce((total, part) => total + sizeOf(measure, part), 0) });
  }
  return rest;
}

/** Days of each stream, read beside each other; null until all are there, or when one failed. */
export function useStreams(filter: PerformanceFilter, streams: readonly Stream[]): Loaded | null {
  const client = useClient();
  const key = JSON.stringify([filter, streams.map((stream) => stream.key)]);
  const [found, setFound] = useState<{ key: string; days: Loaded } | null>(null);
  useEffect(() => {
    let over = false;
    async function read() {
      const answers = await Promise.all(streams.map((stream) => client.query(StreamDocument, { filter: { ...filter, ...stream.only } }).toPromise()));
      if (over || answers.some((answer) => !answer.data)) return;
      setFound({ key, days: new Map(streams.map((stream, index) => [stream.key, answers[index]?.data?.performance.rows.map((row) => row.figures) ?? []])) });
    }
    if (streams.length > 0) void read();
    return () => {
      over = true;
    };
    // Filter and streams are new objects at each drawing; the key stands for them.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [client, key]);
  return found?.key === key ? found.days : null;
}

/** The streams as series of a chart, with what is left as "Others" when there are more groups than colours. */
export function seriesOf(measure: Measure, streams: readonly Stream[], days: Loaded, together: readonly Figures[], total: Figures, groups: number): Series[] {
  const series: Series[] = streams.map((stream) => ({ key: stream.key, label: stream.label, total: wordsOf(measure, stream.total, { whole: true }), points: (days.get(stream.key) ?? []).map((figures) => pointOf(measure, figures)) }));
  if (groups > streams.length) {
    const rest = together.map((all, index) => restOf(measure, all, streams.map((stream) => days.get(stream.key)?.[index]).filter((figures) => figures !== undefined)));
    series.push({ key: 'others', label: 'Others', total: wordsOf(measure, restOf(measure, total, streams.map((stream) => stream.total)), { whole: true }), points: rest.map((figures) => pointOf(measure, figures)) });
  }
  return series.slice(0, MAX_SERIES);
}
