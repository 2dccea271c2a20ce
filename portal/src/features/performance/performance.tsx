import { useQuery } from 'urql';
import { ChartCard } from '@/charts';
import { MAX_SERIES } from '@/charts/model';
import { ChangeMark } from '@/figures/change';
import { dayChart } from '@/figures/day_chart';
import { DaysDocument, GroupsDocument } from '@/figures/figures_document';
import { changeOf, differenceOf, formatCount, measureOf, MEASURES, sizeOf, wordsOf, type Figures, type Measure } from '@/figures/measure';
import { before, RANGE_OPTIONS, readRange } from '@/figures/range';
import { groupDetail, groupName, GROUPS, type GroupRow } from '@/figures/words';
import { useBrand, useFrame } from '@/frame/context';
import type { PerformanceGroup } from '@/gql/graphql';
import { formatDateTime, formatMoney, formatNumber, formatRange } from '@/lib/format';
import { BlockSkeleton, Button, ButtonLink, Card, CopyButton, DataTable, EmptyPage, FilterSelect, Loaded, PageHead, saveFile, TableMenu, TableSkeleton, toCsv, useView, type Column } from '@/ui';
import { ProgramChoiceDocument } from '../brand_programs/program_choice';
import { LayersCard } from './layers_card';
import { seriesOf, useStreams, type Stream } from './series';
import './performance.css';

const FRESH = { additionalTypenames: ['Order', 'Commission', 'Click'] };
const isGroup = (text: string): PerformanceGroup => GROUPS.find((group) => group.value === text)?.value ?? 'CREATOR';

interface Row extends GroupRow {
  then: Figures | undefined;
}

const short = (key: Parameters<typeof measureOf>[0], whole = true) => {
  const measure = measureOf(key);
  return (row: Row) => wordsOf(measure, row.figures, { whole });
};

function columnsOf(groupBy: PerformanceGroup, total: Figures, previous: Figures, shown: string, compared: boolean): Column<Row>[] {
  const measure = measureOf(shown);
  const group = GROUPS.find((entry) => entry.value === groupBy);
  const figure = (key: Parameters<typeof measureOf>[0], head: string, whole = true, optional = false): Column<Row> => {
    const one = measureOf(key);
    return { key, head, right: true, cell: (row) => (key === shown ? <b className="b">{short(key, whole)(row)}</b> : short(key, whole)(row)), sort: (row) => (row.figures[one.key] == null ? null : sizeOf(one, row.figures)), sum: wordsOf(one, total, { whole }), phone: key === shown ? 'amount' : undefined, text: (row) => plain(row.figures[one.key]), optional: optional && key !== shown };
  };
  return [
    {
      key: 'group',
      head: group?.label ?? 'Group',
      cell: (row) => (
        <>
          <b className="b ell blk" style={{ maxWidth: 260 }}>{groupName(row)}</b>
          {groupDetail(row) && <span className="sm dim ell" style={{ maxWidth: 260 }}>{groupDetail(row)}</span>}
        </>
      ),
      phone: 'name',
      sort: (row) => (groupBy === 'DAY' ? row.key : groupName(row)),
      ascendingFirst: true,
      sum: group?.many,
      text: groupName,
    },
    figure('clicks', 'Clicks'),
    figure('orders', 'Orders'),
    figure('conversion', 'Conversion'),
    figure('revenue', 'Revenue'),
    ...(compared ? [{ key: 'change', head: `${measure.name} against before`, right: true, cell: (row: Row) => <ChangeMark change={differenceOf(measure, row.figures, row.then)} />, sort: (row: Row) => sizeOf(measure, row.figures) - (row.then ? sizeOf(measure, row.then) : 0), sum: <ChangeMark change={differenceOf(measure, total, previous)} />, phone: 'time' as const }] : []),
    figure('commission', 'Commission'),
    figure('commissionRate', 'Rate'),
    figure('earningsPerClick', 'Per click', false),
    figure('newCustomers', 'New customers', true, true),
    figure('averageOrder', 'Average order', false, true),
    figure('refunds', 'Refunds', true, true),
    { key: 'facts', head: 'Facts', phoneOnly: true, phone: 'state', cell: (row) => `${formatNumber(row.figures.clicks)} clicks, ${formatCount(row.figures.orders)} orders, ${formatMoney(row.figures.revenue, { whole: true })} revenue` },
  ];
}

/** A value as it is exported: plain digits. */
function plain(value: Figures[keyof Figures]): string {
  if (value == null) return '';
  return typeof value === 'object' ? value.amount : String(value);
}

/** The largest groups as streams of the chart; only groups that the API can narrow to can be drawn by day. */
function streamsOf(rows: readonly Row[], measure: Measure, groupBy: PerformanceGroup): Stream[] {
  if (!measure.adds || (groupBy !== 'CREATOR' && groupBy !== 'PROGRAM') || rows.length < 2) return [];
  const ordered = [...rows].sort((a, b) => sizeOf(measure, b.figures) - sizeOf(measure, a.figures)).filter((row) => sizeOf(measure, row.figures) > 0);
  const room = ordered.length > MAX_SERIES ? MAX_SERIES - 1 : MAX_SERIES;
  return ordered.slice(0, room).map((row) => ({ key: row.key, label: groupName(row), only: groupBy === 'CREATOR' ? { creatorId: row.creator?.id ?? row.key } : { programId: row.key }, total: row.figures }));
}

/** Choose what is shown, by what, which days and against which; the URL holds the whole view. */
export default function Performance() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const measure = measureOf(view.get('show', 'revenue'));
  const groupBy = isGroup(view.get('by', 'CREATOR'));
  const { name: rangeName, range } = readRange(view.get('range', '30'), view.get('from'), view.get('to'));
  const compared = view.get('against', 'before') === 'before';
  const program = view.get('program');
  const earlier = before(range);
  const [programs] = useQuery({ query: ProgramChoiceDocument, variables: { brandId: brand.id } });
  const programId = programs.data?.programs.nodes.find((entry) => entry.slug === program)?.id;
  const base = { brandId: brand.id, ...(programId ? { programId } : {}) };
  const filter = { ...base, ...range };
  const waitsForProgram = program !== '' && !programs.data;
  const [days, readDays] = useQuery({ query: DaysDocument, variables: { filter, earlier: { ...base, ...earlier } }, context: FRESH, pause: waitsForProgram });
  const [groups, readGroups] = useQuery({ query: GroupsDocument, variables: { filter, earlier: { ...base, ...earlier }, groupBy }, context: FRESH, pause: waitsForProgram });
  const again = () => {
    readDays({ requestPolicy: 'network-only' });
    readGroups({ requestPolicy: 'network-only' });
  };

  const then = new Map(groups.data?.earlier.rows.map((row) => [row.key, row.figures]));
  const rows = groups.data ? groups.data.now.rows.map((row): Row => ({ ...row, then: then.get(row.key) })) : null;

  const streams = rows ? streamsOf(rows, measure, groupBy) : [];
  const streamDays = useStreams(filter, streams);

  const now = days.data?.now;
  const columns = now ? columnsOf(groupBy, now.total, now.previous, measure.key, compared) : [];
  const change = now ? changeOf(measure, now.total, now.previous) : null;
  const group = GROUPS.find((entry) => entry.value === groupBy);
  const nothing = now && now.total.clicks === 0 && now.total.orders === 0 && now.previous.orders === 0;
  const exportName = `performance-${range.from}-${range.to}`;

  return (
    <>
      <PageHead
        title="Performance"
        line={<>Which creator, platform, program and link brought what.{now && <> Counted up to {formatDateTime(now.asOf)}.</>}</>}
        actions={
          <>
            <Button icon="download" disabled={!rows} onClick={() => rows && saveFile(`${exportName}.csv`, toCsv(rows, columns))}>
              Export
            </Button>
            <CopyButton text={window.location.href} label="Copy the address of this view" words="Copy this view" />
          </>
        }
      />
      <div className="tools perftools">
        <FilterSelect name="Show" value={measure.key} options={MEASURES.map((entry) => ({ value: entry.key, label: entry.name }))} onChange={(value) => view.set({ show: value === 'revenue' ? null : value, sort: null })} />
        <FilterSelect name="By" value={groupBy} options={GROUPS} onChange={(value) => view.set({ by: value === 'CREATOR' ? null : value, sort: null })} />
        {(programs.data?.programs.nodes.length ?? 0) > 1 && <FilterSelect name="Program" value={program} options={[{ value: '', label: 'All' }, ...(programs.data?.programs.nodes ?? []).map((entry) => ({ value: entry.slug, label: entry.name }))]} onChange={(value) => view.set({ program: value || null })} />}
        <FilterSelect name="" label="Days" value={rangeName} options={RANGE_OPTIONS.map((option) => (option.value === rangeName ? { ...option, label: formatRange(range.from, range.to) } : option))} onChange={(value) => view.set(value === 'own' ? { range: 'own', from: range.from, to: range.to } : { range: value === '30' ? null : value, from: null, to: null })} />
        {rangeName === 'own' && (
          <span className="row g2 days">
            <input className="inp" type="date" aria-label="First day" value={range.from} max={range.to} onChange={(event) => event.target.value && view.set({ from: event.target.value, to: event.target.value > range.to ? event.target.value : range.to })} />
            <input className="inp" type="date" aria-label="Last day" value={range.to} min={range.from} onChange={(event) => event.target.value && view.set({ to: event.target.value, from: range.from })} />
          </span>
        )}
        <FilterSelect name="Against" value={compared ? 'before' : 'none'} options={[{ value: 'before', label: formatRange(earlier.from, earlier.to) }, { value: 'none', label: 'nothing' }]} onChange={(value) => view.set({ against: value === 'none' ? 'none' : null })} />
        {rows && rows.length > 0 && <TableMenu columns={columns} rows={rows} fileName={exportName} />}
      </div>
      {nothing && rows?.length === 0 ? (
        <EmptyPage
          title="No clicks and no sales in these days"
          action={<ButtonLink kind="primary" icon="people" to={`${hat.base}/creators`}>See your creators</ButtonLink>}
          steps={[
            { name: 'Creators share their links', detail: 'Every counted tap shows here within seconds.' },
            { name: 'Your shop tells orders', detail: 'By webhook, from the integrations page.' },
            { name: 'Compare', detail: 'Any measure, by creator, platform, program or link.' },
          ]}
        >
          Choose a longer range, or come back once the first links are shared.
        </EmptyPage>
      ) : (
        <>
          <Loaded data={days.data} error={days.error} again={again} skeleton={<BlockSkeleton height={402} />}>
            {(found) => (
              <ChartCard
                kind="area"
                data={dayChart(
                  measure,
                  found.now.rows,
                  compared ? found.earlier.rows : null,
                  found.now.total.revenue.currencyCode,
                  streamDays && streams.length > 1 ? seriesOf(measure, streams, streamDays, found.now.rows.map((row) => row.figures), found.now.total, rows?.length ?? 0) : undefined,
                )}
                head={
                  <>
                    <div className="mut">
                      {measure.title}
                      {streamDays && streams.length > 1 ? `, by ${group?.label.toLowerCase()}` : ', by day'}
                    </div>
                    <div className="row g3 base wrap">
                      <b className="say">{wordsOf(measure, found.now.total, { whole: true })}</b>
                      {compared && <ChangeMark change={change} signed />}
                      {compared && change && (
                        <span className="mut">
                          from {wordsOf(measure, found.now.previous, { whole: true })} on {formatRange(earlier.from, earlier.to)}
                        </span>
                      )}
                    </div>
                  </>
                }
              />
            )}
          </Loaded>
          <LayersCard filter={filter} pause={waitsForProgram} />
          <Card label={`By ${group?.label.toLowerCase()}`} className="mt clip">
            <Loaded data={now ? rows : null} error={groups.error ?? days.error} again={again} skeleton={<TableSkeleton columns={6} />}>
              {(found) =>
                found.length === 0 ? (
                  <p className="pad mut">Nothing to show by {group?.label.toLowerCase()} in these days.</p>
                ) : (
                  <div className="perftable">
                    <DataTable label={`By ${group?.label.toLowerCase()}`} rows={found} columns={columns} rowKey={(row) => row.key} defaultSort={groupBy === 'DAY' ? '-group' : `-${measure.key}`} stickyHead={false} to={groupBy === 'CREATOR' ? (row) => `${hat.base}/creators?creator=${row.creator?.id ?? ''}` : undefined} />
                  </div>
                )
              }
            </Loaded>
          </Card>
        </>
      )}
    </>
  );
}
