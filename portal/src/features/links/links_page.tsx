import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useQuery } from 'urql';
import { ChartCard } from '@/charts';
import type { Platform } from '@/gql/graphql';
import { formatDateTime, formatRange, plural } from '@/lib/format';
import { platformIcon, platformName, PLATFORMS } from '@/lib/platform';
import { Avatar } from '@/ui/avatar';
import { Button, ButtonLink, CopyButton } from '@/ui/button';
import { Card } from '@/ui/card';
import { FilterSelect } from '@/ui/choice';
import { EmptyPage } from '@/ui/empty';
import { Icon } from '@/ui/icon';
import { Menu } from '@/ui/overlay';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { TableSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { ErrorState } from '@/ui/trouble';
import { partnershipWords } from '../programs/program_words';
import { Archive } from './archive';
import { clicksChart, clicksOf, lastDays, LINE_DAYS } from './clicks_chart';
import { CreateCode } from './create_code';
import { CreateLink } from './create_link';
import { FunnelCard } from './funnel_card';
import { kitRows, type Sharing } from './kit';
import { LinkPanel } from './link_panel';
import { LinksDocument, type LinkPartnership, type OwnCode } from './links_document';
import { LiveStrip } from './live_strip';
import { MakeKit } from './make_kit';
import { countsOf, daysOf, matrixOf, rangeOf, RANGES, shown, type MatrixRow } from './matrix';
import { Matrix, type MatrixLooks } from './matrix_view';
import { RotateCode } from './rotate_code';
import { useLinkSales } from './sales';
import { suggestedCode } from './suggested_code';
import './links.css';

const CONTEXT = { additionalTypenames: ['Link', 'Code', 'Partnership'] };
const isPlatform = (text: string): text is Platform => (PLATFORMS as readonly string[]).includes(text);

const sharing = ({ id, program }: LinkPartnership): Sharing => ({ id, name: program.name, detail: program.brand.name, destination: program.defaultDestinationUrl });

const LINE = 'Every place where you can send people, by program and platform. One tap copies.';

/** What is asked before it is done. */
type Asked = { archive: OwnCode } | { rotate: OwnCode };

/** Every place where a creator can send people: programs × platforms, copied in one tap. */
export default function LinksPage() {
  const view = useView();
  const [asking, setAsking] = useState<Asked | null>(null);
  const [openedAt] = useState(() => new Date());
  const [{ data, error }, read] = useQuery({ query: LinksDocument, context: CONTEXT });
  const [round, setRound] = useState(0);
  const again = () => {
    read({ requestPolicy: 'network-only' });
    setRound((old) => old + 1);
  };
  const wanted = view.get('platforms');
  const program = view.get('program');
  const range = rangeOf(view.get('range'));
  const publishes = useMemo(() => data?.viewer?.creator?.socialAccounts.map((account) => account.platform) ?? [], [data]);
  const matrix = useMemo(() => data && matrixOf(data.partnerships.nodes, data.links.nodes, [...publishes, ...wanted.split(',').filter(isPlatform)]), [data, publishes, wanted]);
  const currencies = useMemo(() => [...new Set(matrix?.rows.map((row) => row.partnership.program.currency))].sort(), [matrix]);
  const count = range === '7' ? 7 : LINE_DAYS;
  const days = lastDays(count, openedAt);
  const charted = { from: days[0] ?? '', to: days[days.length - 1] ?? '' };
  const between = range === 'all' ? null : charted;
  const sales = useLinkSales(null, currencies, between, round);

  if (error && !data) {
    return (
      <>
        <PageHead title="Links and codes" line={LINE} />
        <Card label="Links and codes">
          <ErrorState error={error} onRetry={again} />
        </Card>
      </>
    );
  }
  if (!data || !matrix) {
    return (
      <>
        <PageHead title="Links and codes" line={LINE} />
        <Card label="Links and codes">
          <TableSkeleton rows={5} columns={4} />
        </Card>
      </>
    );
  }
  if (matrix.rows.length === 0) return <NoPrograms waiting={data.partnerships.nodes.filter((entry) => entry.status === 'AWAITING_TERMS')} />;

  const open = matrix.rows.filter((row) => row.open).map((row) => sharing(row.partnership));
  const rows = program ? matrix.rows.filter((row) => row.partnership.program.id === program) : matrix.rows;
  const links = rows.flatMap((row) => [...row.links.values()].flat());
  const makeLink = (partnershipId: string, platform: Platform) => view.set({ make: 'link', in: partnershipId, on: platform, link: null }, { push: true });
  const makeCode = (partnershipId: string) => view.set({ make: 'code', in: partnershipId, on: null, link: null }, { push: true });
  const looks: MatrixLooks<LinkPartnership> = {
    side: 'creator',
    label: 'Links by program and platform',
    first: 'Program and code',
    who: (row, card) => <Who row={row} card={card} />,
    nameOf: (row) => row.partnership.program.name,
    days: (link) => daysOf(link, range),
    counts: (link) => countsOf(link, range, sales?.byLink ?? null),
    open: view.get('link'),
    onOpen: (link) => view.set({ link: link.id, make: null, in: null, on: null }, { push: true }),
    deeds: { makeLink, makeCode, archiveCode: (code) => setAsking({ archive: code }), rotateCode: (code) => setAsking({ rotate: code }) },
  };
  const close = () => view.set({ make: null, in: null, on: null });
  const make = view.get('make');
  const on = view.get('on');
  const absent = PLATFORMS.filter((platform) => !matrix.platforms.includes(platform));
  const handle = data.viewer?.creator?.handle;
  return (
    <>
      <PageHead
        title="Links and codes"
        line={LINE}
        actions={
          open.length > 0 && (
            <Button kind="primary" icon="plus" onClick={() => view.set({ make: 'kit' }, { push: true })}>
              Kit for all platforms
            </Button>
          )
        }
      />
      <div className="tools">
        <FilterSelect name="Range" value={range} options={RANGES} onChange={(value) => view.set({ range: value === '30' ? null : value })} />
        {matrix.rows.length > 1 && (
          <FilterSelect name="Programs" value={program} options={[{ value: '', label: `All ${matrix.rows.length}` }, ...matrix.rows.map((row) => ({ value: row.partnership.program.id, label: row.partnership.program.name }))]} onChange={(value) => view.set({ program: value })} />
        )}
        {open.length > 0 && (
          <Menu
            trigger={
              <button type="button" className="sel no-ph">
                <Icon name="plus" size={14} /> Platform
              </button>
            }
            groups={[{ items: absent.map((platform) => ({ label: platformName(platform), icon: platformIcon(platform), onPick: () => view.set({ platforms: [...wanted.split(',').filter(isPlatform), platform].join(',') }) })) }]}
          />
        )}
        {open.length > 0 && (
          <Button small icon="link" onClick={() => makeLink('', 'OTHER')}>
            Link
          </Button>
        )}
        {open.length > 0 && (
          <Button small icon="tag" onClick={() => makeCode('')}>
            Code
          </Button>
        )}
        <span className="grow" />
        <span className="dim sm no-ph n">
          {between ? `${formatRange(between.from, between.to)}.` : 'Figures count from the start, lines and charts 30 days.'}
          {between && sales && ` Sales counted up to ${formatDateTime(sales.asOf, 'short')}.`}
        </span>
      </div>
      <LiveStrip again={again} />
      <Matrix matrix={{ ...matrix, rows }} looks={looks} />
      {data.links.pageInfo.hasNextPage && <p className="sm dim mt">The newest 100 links are shown. Older ones work as before.</p>}
      {clicksOf(links, count) > 0 && (
        <div className="mt">
          <ChartCard
            kind="area"
            height={240}
            param="clicks"
            data={clicksChart(links, openedAt, count)}
            head={
              <>
                <h2>Clicks by platform</h2>
                <p className="sm mut n">
                  {plural(clicksOf(links, count), 'click', 'clicks')}, {formatRange(charted.from, charted.to)}
                </p>
              </>
            }
          />
        </div>
      )}
      <FunnelCard filter={{ ...charted, programId: program || null }} round={round} silent="The shops do not tell what visitors do between the click and the order, so only its two ends are known." />
      {handle && <OwnPage handle={handle} program={program ? rows[0]?.partnership.program.slug : undefined} />}
      {make === 'link' && <CreateLink key={`${view.get('in')}${on}`} side="creator" sharings={open} partnershipId={view.get('in')} platform={isPlatform(on) ? on : 'OTHER'} onClose={close} />}
      {make === 'code' && <CreateCode key={view.get('in')} side="creator" sharings={open} partnershipId={view.get('in')} suggestion={suggestedCode(handle ?? '')} onClose={close} />}
      {make === 'kit' && <MakeKit rows={kitRows(matrix.rows, sharing)} publishes={publishes} title="Kit for all platforms" onClose={close} />}
      {looks.open && <LinkPanel key={looks.open} id={looks.open} side="creator" mayChange round={round} onClose={() => view.set({ link: null })} />}
      {asking && 'archive' in asking && <Archive what={{ code: asking.archive }} onClose={() => setAsking(null)} />}
      {asking && 'rotate' in asking && <RotateCode code={asking.rotate} onClose={() => setAsking(null)} />}
    </>
  );
}

/** The public page of links, for a profile that has room for one address only. */
function OwnPage({ handle, program }: { handle: string; program?: string }) {
  const path = `/c/${encodeURIComponent(handle)}${program ? `?program=${encodeURIComponent(program)}` : ''}`;
  const address = `${window.location.origin}${path}`;
  return (
    <section className="card pad ownpage mt" aria-label="Your page of links">
      <Icon name="globe" size={18} />
      <span className="grow">
        <b className="b blk">One page with all of it</b>
        <span className="sm mut">For a profile with room for one address. It shows every link and code that works now{program ? ' in this program' : ''}.</span>
      </span>
      <span className="row g1 addr">
        <Link className="lk ell" to={path} target="_blank">
          {shown(address)}
        </Link>
        <CopyButton text={address} label="Copy the address of your page" />
      </span>
    </section>
  );
}

function NoPrograms({ waiting }: { waiting: readonly LinkPartnership[] }) {
  const first = waiting[0];
  return (
    <>
      <PageHead title="Links and codes" line="Every place where you can send people, by program and platform." />
      <EmptyPage
        title={first ? `One step to your links: ${first.program.name}` : 'Your links start with a program'}
        solid={first ? 2 : 0}
        action={
          first ? (
            <ButtonLink kind="primary" icon="book" to={`/creator/programs/${first.program.slug}`}>
              Read and accept the terms
            </ButtonLink>
          ) : (
            <ButtonLink kind="primary" icon="compass" to="/creator/programs?show=find">
              Find a program
            </ButtonLink>
          )
        }
        steps={[
          { name: 'Apply', detail: first ? 'Done: the brand let you in.' : 'Say where you publish and how you would show it.' },
          { name: 'Accept the terms', detail: 'You read them first. Later changes are announced.' },
          { name: 'Share your link', detail: 'Clicks and sales show up here as they happen.' },
        ]}
      >
        {first ? `${first.program.brand.name} let you in. Once you accept the terms you can make links and codes.` : 'Once a brand accepts you, you get a link and a code for each platform that you use.'}
      </EmptyPage>
    </>
  );
}

function Who({ row, card }: { row: MatrixRow<LinkPartnership>; card: boolean }) {
  const { program } = row.partnership;
  return (
    <>
      <span className={card ? 'row g3' : 'row g2'}>
        <Avatar name={program.brand.name} brand size={card ? 'l' : 'm'} />
        <span className="grow">
          <b className="b blk" style={{ fontWeight: 600 }}>
            {program.name}
          </b>
          <span className="sm mut blk">{card && program.offer ? `${program.brand.name}. You earn ${program.offer.sentence}` : program.brand.name}</span>
        </span>
      </span>
      {!card && program.offer && <span className="sm mut earns">You earn {program.offer.sentence}</span>}
      <RowState row={row} />
    </>
  );
}

function RowState({ row }: { row: MatrixRow<LinkPartnership> }) {
  if (row.open) return null;
  const { tone, words } = partnershipWords(row.partnership);
  return (
    <span className="sm blk" style={{ marginTop: 6 }}>
      <Status tone={tone}>{row.partnership.statusReason ? `${words}. ${row.partnership.statusReason}` : words}</Status>
    </span>
  );
}
