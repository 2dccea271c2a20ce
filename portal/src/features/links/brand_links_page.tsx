import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { useRows } from '@/api/rows';
import { ChartCard, countPoints, type ChartData } from '@/charts';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { formatDate, formatNumber, formatPercent, formatRange, formatTime, plural } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { Avatar } from '@/ui/avatar';
import { Button, ButtonLink, IconButton } from '@/ui/button';
import { Card } from '@/ui/card';
import { FilterSelect } from '@/ui/choice';
import { EmptyPage } from '@/ui/empty';
import { MoreRows } from '@/ui/loaded';
import { Menu } from '@/ui/overlay';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { SearchBox } from '@/ui/search_box';
import { StatSkeleton, TableSkeleton } from '@/ui/skeleton';
import { StatRow, type Stat } from '@/ui/stat';
import { Delta, Status } from '@/ui/status';
import { ErrorState } from '@/ui/trouble';
import { LeakedCodes } from '../guard/leaked_codes';
import { partnershipWords } from '../programs/program_words';
import { Archive } from './archive';
import { useBrandDays, type BrandDays, type Sums } from './brand_days';
import { BrandLinkProgramsDocument, BrandLinksDocument, TroubledLinksDocument, type BrandPartnership } from './brand_links_document';
import { lastDays, LINE_DAYS } from './clicks_chart';
import { CreateCode } from './create_code';
import { CreateLink } from './create_link';
import { FunnelCard } from './funnel_card';
import { healthWords } from './health';
import { kitRows, type Sharing } from './kit';
import { LinkPanel } from './link_panel';
import type { OwnCode } from './links_document';
import { LiveStrip } from './live_strip';
import { MakeKit } from './make_kit';
import { countsOf, daysOf, matrixOf, rangeOf, RANGES, shown, type MatrixRow } from './matrix';
import { Matrix, type MatrixLooks } from './matrix_view';
import { RotateCode } from './rotate_code';
import { useLinkSales } from './sales';
import { suggestedCode } from './suggested_code';
import './links.css';

/** Creators on a page of the matrix. */
const PAGE = 50;

const sharing = ({ id, creator, program }: BrandPartnership): Sharing => ({ id, name: creator.name, detail: program.name, destination: program.defaultDestinationUrl });

/** What is asked before it is done. */
type Asked = { archive: OwnCode } | { rotate: OwnCode };

/** What can be made for a creator. */
type Making = 'link' | 'code' | 'kit';

const LINE = 'Every link of your creators, by creator and platform, with clicks as they are counted.';

/** Every link of the brand's creators: creators × platforms. */
export default function BrandLinksPage() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const mayWrite = may('writeTracking');
  const [asking, setAsking] = useState<Asked | null>(null);
  const [openedAt] = useState(() => new Date());
  const [round, setRound] = useState(0);
  const program = view.get('program');
  const find = view.get('find');
  const [{ data: programs }] = useQuery({ query: BrandLinkProgramsDocument, variables: { brandId: brand.id } });
  const list = useRows({
    query: BrandLinksDocument,
    variables: { brandId: brand.id, programId: program || null, search: find || null, first: PAGE },
    pick: (data) => data.partnerships,
    types: ['Link', 'Code', 'Partnership'],
  });
  const { rows } = list;
  const matrix = useMemo(() => (rows ? matrixOf(rows, rows.flatMap((row) => row.links.nodes), []) : null), [rows]);
  const range = rangeOf(view.get('range'));
  const count = range === '7' ? 7 : LINE_DAYS;
  const days = lastDays(count, openedAt);
  const filters = useMemo(() => {
    const chosen = programs?.programs.nodes.filter((entry) => !program || entry.id === program) ?? [];
    const between = { brandId: brand.id, programId: program || null, from: days[0] ?? '', to: days[days.length - 1] ?? '' };
    return [...new Set(chosen.map((entry) => entry.currency))].sort().map((currencyCode) => ({ ...between, currencyCode }));
    // Days are new objects at each drawing, of the moment at which the page was opened.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [programs, program, brand.id, openedAt, count]);
  const figures = useBrandDays(filters, round);
  const charted = { from: days[0] ?? '', to: days[days.length - 1] ?? '' };
  const currencies = useMemo(() => filters.map((filter) => filter.currencyCode), [filters]);
  const sales = useLinkSales(brand.id, currencies, range === 'all' ? null : charted, round);
  const again = () => {
    list.again();
    setRound((old) => old + 1);
  };
  const open = (id: string) => view.set({ link: id, make: null, in: null }, { push: true });
  const begin = (making: Making, partnershipId = '') => view.set({ make: making, in: partnershipId, link: null }, { push: true });
  const close = () => view.set({ make: null, in: null });
  const make = view.get('make');
  const wanted = view.get('in');
  const openRows = (matrix?.rows ?? []).filter((row) => row.open);
  const chosen = openRows.find((row) => row.partnership.id === wanted);
  const looks: MatrixLooks<BrandPartnership> = {
    side: 'brand',
    label: 'Links by creator and platform',
    first: 'Creator and codes',
    who: (row, card) => <Who row={row} card={card} withProgram={!program} base={hat.base} onMake={mayWrite && row.open ? (making) => begin(making, row.partnership.id) : undefined} />,
    nameOf: (row) => row.partnership.creator.name,
    days: (link) => daysOf(link, range),
    counts: (link) => countsOf(link, range, sales?.byLink ?? null),
    open: view.get('link'),
    onOpen: (link) => open(link.id),
    deeds: mayWrite ? { archiveCode: (code) => setAsking({ archive: code }), rotateCode: (code) => setAsking({ rotate: code }) } : undefined,
  };
  const nobody = matrix !== null && matrix.rows.length === 0 && !list.more && !find && !program;
  return (
    <>
      <PageHead
        title="Links"
        line={<>{LINE}{figures && ` As of ${formatTime(figures.asOf)}.`}</>}
        actions={
          mayWrite &&
          openRows.length > 0 && (
            <Button kind="primary" icon="plus" onClick={() => begin('link')}>
              Make a link
            </Button>
          )
        }
      />
      {nobody ? (
        <EmptyPage
          title="Links come with creators"
          action={
            <ButtonLink kind="primary" icon="board" to={`${hat.base}/pipeline`}>
              Find creators
            </ButtonLink>
          }
          steps={[
            { name: 'Let creators in', detail: 'They apply, or you invite them.' },
            { name: 'They accept the terms', detail: 'From then on they make links and codes themselves.' },
            { name: 'Clicks show up here', detail: 'As they are counted, by creator and platform.' },
          ]}
        >
          Nobody shares links for {brand.name} yet.
        </EmptyPage>
      ) : (
        <>
          <LiveStrip brandId={brand.id} again={again} />
          <Card label="Clicks and sales" className="mb">
            {figures ? <StatRow tall stats={statsOf(figures, list.total, count)} /> : <StatSkeleton tiles={4} />}
          </Card>
          <Troubled brandId={brand.id} onOpen={open} />
          <LeakedCodes />
          <div className="tools">
            <FilterSelect name="Range" value={range} options={RANGES} onChange={(value) => view.set({ range: value === '30' ? null : value })} />
            <SearchBox label="Search creators" value={find} onFind={(text) => view.set({ find: text })} />
            {(programs?.programs.nodes.length ?? 0) > 1 && (
              <FilterSelect name="Program" value={program} options={[{ value: '', label: 'All' }, ...(programs?.programs.nodes ?? []).map((entry) => ({ value: entry.id, label: entry.name }))]} onChange={(value) => view.set({ program: value })} />
            )}
            <span className="grow" />
            <span className="dim sm no-ph n">{range === 'all' ? 'Figures of links count from the start, lines and charts 30 days.' : `${formatRange(charted.from, charted.to)}.`}</span>
          </div>
          {matrix === null ? (
            <Card label={looks.label}>{list.error ? <ErrorState error={list.error} onRetry={list.again} /> : <TableSkeleton rows={6} columns={4} />}</Card>
          ) : matrix.rows.length === 0 ? (
            <Card label={looks.label} pad>
              <p className="mut">{find ? `No creator here is called “${find}”.` : 'Nobody shares links in this program now.'}</p>
            </Card>
          ) : (
            <Matrix matrix={matrix} looks={looks} />
          )}
          {rows && rows.length > 0 && (
            <div className="row between sm dim mt">
              <MoreRows shown={rows.length} total={list.total} one="creator" many="creators" more={list.more} busy={list.loadingMore} />
            </div>
          )}
          {rows?.some((row) => row.links.pageInfo.hasNextPage) && <p className="sm dim mt">Of each creator the newest 10 links are shown. Older ones work as before.</p>}
          {figures && figures.total.clicks > 0 && (
            <div className="mt">
              <ChartCard
                kind="area"
                height={240}
                param="clicks"
                data={chartOf(figures)}
                head={
                  <>
                    <h2>Clicks a day</h2>
                    <p className="sm mut n">
                      {plural(figures.total.clicks, 'click', 'clicks')}, {formatRange(charted.from, charted.to)}
                    </p>
                  </>
                }
              />
            </div>
          )}
          <FunnelCard
            filter={{ ...charted, brandId: brand.id, programId: program || null }}
            round={round}
            silent={
              <>
                What visitors do between the click and the order is not known yet: the storefront snippet tells it.{' '}
                <Link className="lk" to={`${hat.base}/integrations`}>
                  Put it on your shop
                </Link>
              </>
            }
          />
        </>
      )}
      {looks.open && <LinkPanel key={looks.open} id={looks.open} side="brand" mayChange={mayWrite} round={round} onClose={() => view.set({ link: null })} />}
      {mayWrite && make === 'link' && openRows.length > 0 && <CreateLink key={wanted} side="brand" sharings={openRows.map((row) => sharing(row.partnership))} partnershipId={wanted} platform="OTHER" onClose={close} />}
      {mayWrite && make === 'code' && openRows.length > 0 && <CreateCode key={wanted} side="brand" sharings={openRows.map((row) => sharing(row.partnership))} partnershipId={wanted} suggestion={suggestedCode(chosen?.partnership.creator.handle ?? '')} onClose={close} />}
      {mayWrite && make === 'kit' && chosen && <MakeKit rows={kitRows([chosen], sharing)} publishes={chosen.partnership.creator.socialAccounts.map((account) => account.platform)} title={`Kit for ${chosen.partnership.creator.name}`} onClose={close} />}
      {asking && 'archive' in asking && <Archive what={{ code: asking.archive }} onClose={() => setAsking(null)} />}
      {asking && 'rotate' in asking && <RotateCode code={asking.rotate} onClose={() => setAsking(null)} />}
    </>
  );
}

function deltaOf(now: number, before: number) {
  if (before === 0) return undefined;
  const change = now / before - 1;
  const same = Math.abs(change) < 0.0005;
  return (
    <Delta direction={same ? 'same' : change > 0 ? 'up' : 'down'} good={change > 0}>
      {same ? 'the same' : formatPercent(Math.abs(change))}
    </Delta>
  );
}

/** Clicks, visitors and sales of the range against the one before. */
function statsOf({ total, previous }: BrandDays, creators: number | null, days: number): Stat[] {
  const stat = (key: keyof Sums, label: string): Stat => ({
    key,
    label,
    value: formatNumber(total[key], { digits: Number.isInteger(total[key]) || total[key] >= 100 ? 0 : 1 }),
    delta: deltaOf(total[key], previous[key]),
    from: previous[key] > 0 ? `from ${formatNumber(previous[key], { digits: 1 })}` : `in the last ${days} days`,
  });
  return [stat('clicks', 'Clicks'), stat('uniqueClicks', 'Visitors'), stat('orders', 'Sales'), ...(creators === null ? [] : [{ key: 'creators', label: 'Creators', value: formatNumber(creators), from: 'in your programs' }])];
}

function chartOf({ days }: BrandDays): ChartData {
  return {
    label: 'Clicks a day',
    at: days.map((day) => formatDate(day.date, 'short')),
    atLong: days.map((day) => formatDate(day.date, 'near')),
    series: [{ key: 'clicks', label: 'Clicks', points: countPoints(days.map((day) => day.clicks)) }],
    whole: true,
    axis: (value) => formatNumber(value),
  };
}

function Who({ row, card, withProgram, base, onMake }: { row: MatrixRow<BrandPartnership>; card: boolean; withProgram: boolean; base: string; onMake?: (making: Making) => void }) {
  const { creator, program, id } = row.partnership;
  const { tone, words } = partnershipWords(row.partnership);
  return (
    <>
      <span className={card ? 'row g3' : 'row g2'}>
        <Avatar name={creator.name} size={card ? 'l' : 'm'} />
        <span className="grow">
          <Link className="b blk rowlink" to={`${base}/creators?open=${id}`} style={{ fontWeight: 600 }}>
            {creator.name}
          </Link>
          <span className="sm mut blk">{withProgram ? program.name : `@${creator.handle}`}</span>
        </span>
        {onMake && (
          <Menu
            trigger={<IconButton icon="plus" label={`Make something for ${creator.name} in ${program.name}`} />}
            groups={[
              {
                items: [
                  { label: 'Kit for all platforms', icon: 'plus', onPick: () => onMake('kit') },
                  { label: 'Link', icon: 'link', onPick: () => onMake('link') },
                  { label: 'Code', icon: 'tag', onPick: () => onMake('code') },
                ],
              },
            ]}
          />
        )}
      </span>
      {!row.open && (
        <span className="sm blk" style={{ marginTop: 6 }}>
          <Status tone={tone}>{words}</Status>
        </span>
      )}
    </>
  );
}

/** Links that bring shoppers nowhere, or whose orders would not count: before everything else. */
function Troubled({ brandId, onOpen }: { brandId: string; onOpen: (id: string) => void }) {
  const [{ data }] = useQuery({ query: TroubledLinksDocument, variables: { brandId }, context: useMemo(() => ({ additionalTypenames: ['Link'] }), []) });
  const links = data?.links.nodes ?? [];
  if (links.length === 0) return null;
  return (
    <Card className="mb" title={data?.links.pageInfo.hasNextPage ? 'More than 20 links to look at' : `${plural(links.length, 'link', 'links')} to look at`}>
      <ul>
        {links.map((link) => {
          const said = healthWords(link);
          return (
            <li key={link.id} className="troubled">
              <span className="grow">
                <b className="b blk ell">{shown(link.url)}</b>
                <span className="sm mut">
                  {link.creator.name}, {link.program.name}, {link.label || platformName(link.platform)}
                </span>
              </span>
              {said && <Status tone={said.tone} detail={link.health.detail}>{said.words}</Status>}
              <Button small onClick={() => onOpen(link.id)}>
                See to it
              </Button>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
