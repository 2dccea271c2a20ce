import { useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { ChartCard } from '@/charts';
import { ChangeMark } from '@/figures/change';
import { dayChart } from '@/figures/day_chart';
import { DaysDocument, GroupsDocument } from '@/figures/figures_document';
import { addedUp, changeOf, differenceOf, measureOf, sizeOf, wordsOf, type Figures, type Measure } from '@/figures/measure';
import { before, RANGE_OPTIONS, readRange, type Range } from '@/figures/range';
import { GROUPS, groupDetail, groupName } from '@/figures/words';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { BrandWaitingQuery, PerformanceGroup } from '@/gql/graphql';
import { sum } from '@/lib/amount';
import { formatBasisPoints, formatDate, formatDateTime, formatMoney, formatNumber, formatRange, formatRelative, plural } from '@/lib/format';
import { Avatar, BlockSkeleton, ButtonLink, Card, EmptyPage, FilterSelect, Icon, Loaded, PageHead, Segmented, Skeleton, StatRow, StatSkeleton, useView, type Stat } from '@/ui';
import { HoldsWaitingDocument, WaitingDocument } from './home_documents';
import './brand_home.css';

const TILES = ['revenue', 'orders', 'newCustomers', 'commissionRate'] as const;
const NAMES: Record<(typeof TILES)[number], string> = { revenue: 'Revenue from creators', orders: 'Orders', newCustomers: 'New customers', commissionRate: 'Commission rate' };
const TODAY = { additionalTypenames: ['Performance', 'Order', 'Commission'] };

/** How the brand's programs do, what moved it, and what waits for somebody. */
export default function BrandHome() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const { name, range } = readRange(view.get('range', '30'), '', '');
  const earlier = before(range);
  const filter = { brandId: brand.id, ...range };
  const [days, readDays] = useQuery({ query: DaysDocument, variables: { filter, earlier: { brandId: brand.id, ...earlier } }, context: TODAY });
  const [waiting, readWaiting] = useQuery({ query: WaitingDocument, variables: { brandId: brand.id } });
  const programs = waiting.data?.programs.nodes;
  const now = days.data?.now;
  const picked = measureOf(view.get('show', 'revenue'));
  const again = () => {
    readDays({ requestPolicy: 'network-only' });
    readWaiting({ requestPolicy: 'network-only' });
  };

  if (programs?.length === 0) {
    return (
      <>
        <PageHead title="Home" line={`How ${brand.name}’s programs do, and what waits.`} />
        <EmptyPage
          title="Start with a program"
          action={may('writePrograms') && <ButtonLink kind="primary" icon="plus" to={`${hat.base}/programs/new`}>Make a program</ButtonLink>}
          steps={[
            { name: 'Make a program', detail: 'Its commission, its terms, and how long links count.' },
            { name: 'Connect your shop', detail: 'Orders come in by themselves, signed by the shop.' },
            { name: 'Let creators in', detail: 'They apply on the public page, or you find them.' },
          ]}
        >
          A program says what creators earn and what they agree to. Then sales show here.
        </EmptyPage>
      </>
    );
  }

  return (
    <>
      <PageHead
        title="Home"
        line={<>How your programs do, and what waits.{now && <> As of {formatDateTime(now.asOf)}.</>}</>}
        actions={
          <>
            <FilterSelect name="" label="Days" value={name} options={RANGE_OPTIONS.filter((option) => option.value !== 'own')} onChange={(value) => view.set({ range: value === '30' ? null : value })} />
            {may('writeOutreach') && (
              <ButtonLink kind="primary" icon="plus" to={`${hat.base}/pipeline?open=new`}>
                Add a creator
              </ButtonLink>
            )}
          </>
        }
      />
      <Loaded data={days.data} error={days.error} again={again} skeleton={<><Card><StatSkeleton tiles={4} /></Card><div className="cols mt"><BlockSkeleton height={332} /><BlockSkeleton height={332} /></div></>}>
        {(data) => (
          <>
            <Card label={`Figures of ${formatRange(range.from, range.to)}`}>
              <StatRow tall picked={picked.key} onPick={(key) => view.set({ show: key === 'revenue' ? null : key })} stats={TILES.map((key) => tile(key, data.now.total, data.now.previous))} />
            </Card>
            <div className="cols mt">
              <ChartCard
                kind="area"
                height={264}
                data={dayChart(picked, runningDays(picked, data.now.rows), runningDays(picked, data.earlier.rows), data.now.total.revenue.currencyCode)}
                head={
                  <>
                    <h2>{picked.title}</h2>
                    <p className="mut">{paceWords(picked, data.now.total, data.now.previous) ?? formatRange(range.from, range.to)}</p>
                  </>
                }
              />
              <Waiting waiting={waiting.data} />
            </div>
          </>
        )}
      </Loaded>
      <div className="cols mt">
        <Movers range={range} earlier={earlier} />
        <Due waiting={waiting.data} />
      </div>
    </>
  );
}

/** Days with what came before them, so that the line can be held against the range before; shares stay as they are. */
function runningDays<Row extends { figures: Figures }>(measure: Measure, rows: readonly Row[]): Row[] {
  if (!measure.adds) return [...rows];
  const running = addedUp(measure, rows.map((row) => row.figures));
  return rows.map((row, index) => ({ ...row, figures: { ...row.figures, ...running[index] } }));
}

/** "€56 ahead, added up day by day". */
function paceWords(measure: Measure, now: Figures, then: Figures): string | null {
  if (!measure.adds) return null;
  const change = differenceOf(measure, now, then);
  if (!change || change.direction === 'same') return 'As much as before, added up day by day';
  return `${change.words.replace(/^[+−]/, '')} ${change.direction === 'up' ? 'ahead' : 'behind'}, added up day by day`;
}

function tile(key: (typeof TILES)[number], now: Figures, then: Figures): Stat {
  const measure = measureOf(key);
  const change = changeOf(measure, now, then);
  const share = key === 'newCustomers' && now.orders > 0 ? `${formatBasisPoints(Math.round((now.newCustomers / now.orders) * 1000) * 10)} of orders` : null;
  return {
    key,
    label: NAMES[key],
    value: wordsOf(measure, now, { whole: true }),
    delta: <ChangeMark change={change} />,
    from: share ?? (change ? `from ${wordsOf(measure, then, { whole: true })}` : 'nothing to compare with before'),
  };
}

function WaitRow({ to, count, title, children }: { to: string; count: number | null; title: string; children: React.ReactNode }) {
  return (
    <li>
      <Link to={to}>
        <span className={count ? 'num' : 'num zero'}>{count === null ? <Skeleton width={18} height={18} /> : formatNumber(count)}</span>
        <span>
          <b className="b">{title}</b>
          <span className="sm">{children}</span>
        </span>
        <Icon name="right" />
      </Link>
    </li>
  );
}

function Waiting({ waiting }: { waiting: BrandWaitingQuery | undefined }) {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const [holds] = useQuery({ query: HoldsWaitingDocument, variables: { brandId: brand.id }, pause: !may('readHolds') });
  const [openedAt] = useState(() => Date.now());
  const applications = waiting?.applications;
  const oldest = applications?.nodes[0];
  const reviews = waiting?.reviews;
  const open = holds.data?.holds;
  const held = open ? sum(open.nodes.map((hold) => hold.commission.amount).filter((amount, _, all) => amount.currencyCode === all[0]?.currencyCode)) : null;
  const late = waiting?.prospects.nodes.filter((prospect) => prospect.dueAt && Date.parse(prospect.dueAt) < openedAt && isOpen(prospect.stage)) ?? [];
  const drafts = waiting?.programs.nodes.filter((program) => program.status === 'DRAFT') ?? [];
  return (
    <Card title="Waiting for you">
      <ul className="waits">
        <WaitRow to={`${hat.base}/applications`} count={applications ? (applications.totalCount ?? applications.nodes.length) : null} title="Applications">
          {oldest ? `Oldest: ${oldest.creator.name}, ${formatRelative(oldest.createdAt)}.` : 'Everybody has an answer.'}
        </WaitRow>
        {may('readHolds') && (
          <WaitRow to={`${hat.base}/holds`} count={open ? (open.totalCount ?? open.nodes.length) : holds.error ? 0 : null} title="Holds to decide">
            {held && open?.nodes.length ? `${formatMoney(held)} held${open.nodes.length === 1 ? ` for ${open.nodes[0]?.commission.creator.name}` : ''}.` : 'No commission is under review.'}
          </WaitRow>
        )}
        <WaitRow to={`${hat.base}/reviews`} count={reviews ? (reviews.totalCount ?? reviews.nodes.length) : null} title="Reviews to decide">
          {reviews?.nodes[0] ? `The oldest is of ${reviews.nodes[0].partnership.creator.name}.` : 'No review waits.'}
        </WaitRow>
        <WaitRow to={`${hat.base}/pipeline`} count={waiting ? late.length : null} title="Next steps that are late">
          {late[0] ? `${late[0].name}: ${late[0].nextStep ?? 'no step written'}.` : 'Nobody waits for your answer.'}
        </WaitRow>
        {drafts.length > 0 && (
          <WaitRow to={`${hat.base}/programs`} count={drafts.length} title={drafts.length === 1 ? 'Program not open yet' : 'Programs not open yet'}>
            {drafts[0]?.name} can be opened once its offer and terms are published.
          </WaitRow>
        )}
      </ul>
    </Card>
  );
}

const isOpen = (stage: string) => stage !== 'ONBOARDED' && stage !== 'DECLINED' && stage !== 'UNRESPONSIVE';

const SHOWN_MOVERS = 6;

function Movers({ range, earlier }: { range: Range; earlier: Range }) {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const groupBy = (GROUPS.find((group) => group.value === view.get('by'))?.value ?? 'CREATOR') as PerformanceGroup;
  const [{ data, error }, read] = useQuery({ query: GroupsDocument, variables: { filter: { brandId: brand.id, ...range }, earlier: { brandId: brand.id, ...earlier }, groupBy }, context: TODAY });
  const revenue = measureOf('revenue');
  const then = new Map(data?.earlier.rows.map((row) => [row.key, row.figures]));
  const rows = data ? [...data.now.rows].sort((a, b) => sizeOf(revenue, b.figures) - sizeOf(revenue, a.figures)).slice(0, SHOWN_MOVERS) : null;
  const most = Math.max(1, ...(rows ?? []).map((row) => sizeOf(revenue, row.figures)));
  return (
    <Card
      title="What moved it"
      action={<Segmented label="By" value={groupBy} options={[{ value: 'CREATOR', label: 'Creators' }, { value: 'PLATFORM', label: 'Platforms' }, { value: 'LINK', label: 'Links' }]} onChange={(value) => view.set({ by: value === 'CREATOR' ? null : value })} />}
    >
      <Loaded data={rows} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<div className="pad"><BlockSkeleton height={250} /></div>}>
        {(found) =>
          found.length === 0 ? (
            <p className="pad mut">No sale came through creators in these days.</p>
          ) : (
            <ul className="movers" style={{ paddingBottom: 8 }}>
              <li className="mh" aria-hidden="true">
                <span>{groupBy === 'CREATOR' ? 'Creator' : groupBy === 'PLATFORM' ? 'Platform' : 'Link'}</span>
                <span />
                <span className="r">Revenue</span>
                <span className="r">Against before</span>
              </li>
              {found.map((row) => (
                <li key={row.key}>
                  <span className="row g3 nw" style={{ minWidth: 0 }}>
                    {groupBy === 'CREATOR' && <Avatar name={groupName(row)} />}
                    <span className="grow">
                      <b className="b ell blk">{groupName(row)}</b>
                      {groupDetail(row) && <span className="sm dim ell blk">{groupDetail(row)}</span>}
                    </span>
                  </span>
                  <span className="track">
                    <span className="bar0 blk" style={{ width: `${Math.max(0, (sizeOf(revenue, row.figures) / most) * 100)}%` }} />
                  </span>
                  <b className="b n r">{wordsOf(revenue, row.figures, { whole: true })}</b>
                  <span className="gone r">
                    <ChangeMark change={differenceOf(revenue, row.figures, then.get(row.key))} />
                  </span>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
      <div className="tfoot">
        <span>{formatRange(range.from, range.to)}</span>
        <Link className="lk" to={`${hat.base}/performance?by=${groupBy}`}>
          See all in Performance
        </Link>
      </div>
    </Card>
  );
}

/** Next steps of the coming days that are shown. */
const SHOWN_DUE = 6;

function Due({ waiting }: { waiting: BrandWaitingQuery | undefined }) {
  const { hat } = useFrame();
  const [openedAt] = useState(() => Date.now());
  const due = waiting?.prospects.nodes.filter((prospect) => (prospect.dueAt || prospect.nextStep) && isOpen(prospect.stage)).sort((a, b) => (a.dueAt ?? '9').localeCompare(b.dueAt ?? '9')) ?? [];
  return (
    <Card title="Next steps" action={<Link className="lk" to={`${hat.base}/pipeline`}>Pipeline</Link>}>
      {waiting && due.length === 0 && <p className="pad mut" style={{ paddingTop: 4 }}>Nobody in the pipeline has a next step. Open a card there to write one down.</p>}
      {!waiting && <div className="pad"><BlockSkeleton height={180} /></div>}
      <ul>
        {due.slice(0, SHOWN_DUE).map((prospect) => (
          <li key={prospect.id}>
            <Link to={`${hat.base}/pipeline?program=${prospect.program.slug}&open=${prospect.id}`} className="row g3" style={{ padding: '10px var(--card-x)', borderTop: '1px solid var(--line)' }}>
              <span className="mut n nw" style={{ width: 56 }}>{prospect.dueAt ? formatDate(prospect.dueAt, 'short') : <span className="dim">No date</span>}</span>
              <span className="grow">
                <b className="b blk">{prospect.name}</b>
                <span className="sm mut blk">{prospect.nextStep ?? 'No step written'}</span>
              </span>
              {prospect.dueAt && Date.parse(prospect.dueAt) < openedAt && <span className="sm" style={{ color: 'var(--clay-text)', fontWeight: 550 }}>Late</span>}
            </Link>
          </li>
        ))}
      </ul>
      {due.length > SHOWN_DUE && <div className="tfoot"><span>{plural(due.length - SHOWN_DUE, 'more step', 'more steps')} in the pipeline</span></div>}
    </Card>
  );
}
