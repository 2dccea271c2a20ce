import { useMemo, useState } from 'react';
import { useQuery } from 'urql';
import type { Platform } from '@/gql/graphql';
import { formatList, formatNumber, plural } from '@/lib/format';
import { platformIcon, platformName, PLATFORMS } from '@/lib/platform';
import { Avatar } from '@/ui/avatar';
import { Button, ButtonLink } from '@/ui/button';
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
import { Archive, type Archiving } from './archive';
import { CreateCode } from './create_code';
import { CreateLink } from './create_link';
import { CodeBox, LinkCell, LinkRow } from './link_cell';
import { LinksDocument, type LinkPartnership } from './links_document';
import { matrixOf, type LinkMatrix, type MatrixRow } from './matrix';
import { PlatformKit } from './platform_kit';
import './links.css';

const CONTEXT = { additionalTypenames: ['Link', 'Code', 'Partnership'] };
const isPlatform = (text: string): text is Platform => (PLATFORMS as readonly string[]).includes(text);

interface Deeds {
  makeLink: (partnershipId: string, platform: Platform) => void;
  makeCode: (partnershipId: string) => void;
  archive: (what: Archiving) => void;
}

/** Every place where a creator can send people: programs × platforms, copied in one tap. */
export default function LinksPage() {
  const view = useView();
  const [archiving, setArchiving] = useState<Archiving | null>(null);
  const [{ data, error }, again] = useQuery({ query: LinksDocument, context: CONTEXT });
  const asked = view.get('platforms');
  const program = view.get('program');
  const matrix = useMemo(() => {
    if (!data) return null;
    const publishes = data.viewer?.creator?.socialAccounts.map((account) => account.platform) ?? [];
    return matrixOf(data.partnerships.nodes, data.links.nodes, [...publishes, ...asked.split(',').filter(isPlatform)]);
  }, [data, asked]);

  const line = 'Every place where you can send people, by program and platform. One tap copies.';
  if (error && !data) {
    return (
      <>
        <PageHead title="Links and codes" line={line} />
        <Card label="Links and codes">
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </Card>
      </>
    );
  }
  if (!data || !matrix) {
    return (
      <>
        <PageHead title="Links and codes" line={line} />
        <Card label="Links and codes">
          <TableSkeleton rows={5} columns={4} />
        </Card>
      </>
    );
  }
  if (matrix.rows.length === 0) return <NoPrograms waiting={data.partnerships.nodes.filter((entry) => entry.status === 'AWAITING_TERMS')} />;

  const open = matrix.rows.filter((row) => row.open).map((row) => row.partnership);
  const rows = program ? matrix.rows.filter((row) => row.partnership.program.id === program) : matrix.rows;
  const deeds: Deeds = {
    makeLink: (partnershipId, platform) => view.set({ make: 'link', in: partnershipId, on: platform }, { push: true }),
    makeCode: (partnershipId) => view.set({ make: 'code', in: partnershipId, on: null }, { push: true }),
    archive: setArchiving,
  };
  const close = () => view.set({ make: null, in: null, on: null });
  const make = view.get('make');
  const on = view.get('on');
  const absent = PLATFORMS.filter((platform) => !matrix.platforms.includes(platform));
  return (
    <>
      <PageHead
        title="Links and codes"
        line={line}
        actions={
          open.length > 0 && (
            <Button kind="primary" icon="plus" onClick={() => view.set({ make: 'kit' }, { push: true })}>
              Kit for a new platform
            </Button>
          )
        }
      />
      <div className="tools">
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
            groups={[{ items: absent.map((platform) => ({ label: platformName(platform), icon: platformIcon(platform), onPick: () => view.set({ platforms: [...asked.split(',').filter(isPlatform), platform].join(',') }) })) }]}
          />
        )}
        {open.length > 0 && (
          <Button small icon="link" onClick={() => deeds.makeLink('', 'OTHER')}>
            Link
          </Button>
        )}
        {open.length > 0 && (
          <Button small icon="tag" onClick={() => deeds.makeCode('')}>
            Code
          </Button>
        )}
        <span className="grow" />
        <span className="dim sm no-ph">Lines show clicks of the last 30 days; figures count from the start.</span>
      </div>
      <Matrix matrix={{ ...matrix, rows }} deeds={deeds} />
      <div className="only-ph">
        {rows.map((row) => (
          <ProgramCard key={row.partnership.id} row={row} platforms={matrix.platforms} deeds={deeds} />
        ))}
      </div>
      {data.links.pageInfo.hasNextPage && <p className="sm dim mt">The newest 100 links are shown. Older ones work as before.</p>}
      {make === 'link' && <CreateLink key={`${view.get('in')}${on}`} partnerships={open} partnershipId={view.get('in')} platform={isPlatform(on) ? on : 'OTHER'} onClose={close} />}
      {make === 'code' && <CreateCode key={view.get('in')} partnerships={open} partnershipId={view.get('in')} suggestion={suggestedCode(data.viewer?.creator?.handle ?? '')} onClose={close} />}
      {make === 'kit' && <PlatformKit rows={matrix.rows} first={absent[0] ?? 'OTHER'} onClose={close} />}
      {archiving && <Archive what={archiving} onClose={() => setArchiving(null)} />}
    </>
  );
}

/** A first idea for a code: the handle in capitals. */
const suggestedCode = (handle: string) => handle.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, 20);

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

function Who({ row, large }: { row: MatrixRow; large?: boolean }) {
  const { program } = row.partnership;
  return (
    <span className={large ? 'row g3' : 'row g2'}>
      <Avatar name={program.brand.name} brand size={large ? 'l' : 'm'} />
      <span className="grow">
        <b className="b ell blk" style={{ fontWeight: 600 }}>
          {program.name}
        </b>
        <span className="sm mut ell blk">{large && program.offer ? `${program.brand.name}. You earn ${program.offer.sentence}` : program.brand.name}</span>
      </span>
    </span>
  );
}

function RowState({ row }: { row: MatrixRow }) {
  if (row.open) return null;
  const { tone, words } = partnershipWords(row.partnership);
  return (
    <span className="sm blk" style={{ marginTop: 6 }}>
      <Status tone={tone}>{row.partnership.statusReason ? `${words}. ${row.partnership.statusReason}` : words}</Status>
    </span>
  );
}

function Matrix({ matrix, deeds }: { matrix: LinkMatrix; deeds: Deeds }) {
  const width = 208 + matrix.platforms.length * 190;
  return (
    <Card label="Links by program and platform" className="no-ph">
      <div className="tbl">
        <table className="mtx" style={{ minWidth: width }} aria-label="Links by program and platform">
          <thead>
            <tr>
              <th scope="col">Program and code</th>
              {matrix.platforms.map((platform) => (
                <th key={platform} scope="col">
                  <span className="row g2">
                    <Icon name={platformIcon(platform)} />
                    {platformName(platform)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row) => (
              <tr key={row.partnership.id}>
                <td>
                  <Who row={row} />
                  {row.partnership.program.offer && <span className="sm mut" style={{ margin: '10px 0 6px' }}>You earn {row.partnership.program.offer.sentence}</span>}
                  <RowState row={row} />
                  {row.codes.map((code) => (
                    <CodeBox key={code.id} code={code} onArchive={(entry) => deeds.archive({ code: entry })} />
                  ))}
                  {row.open && row.codes.length === 0 && (
                    <button type="button" className="add" style={{ marginLeft: -8 }} onClick={() => deeds.makeCode(row.partnership.id)}>
                      <Icon name="plus" size={14} />
                      Make a code
                    </button>
                  )}
                </td>
                {matrix.platforms.map((platform) => {
                  const links = row.links.get(platform) ?? [];
                  if (links.length > 0) {
                    return (
                      <td key={platform}>
                        {links.map((link) => (
                          <LinkCell key={link.id} link={link} onArchive={(entry) => deeds.archive({ link: entry })} />
                        ))}
                      </td>
                    );
                  }
                  return (
                    <td key={platform} className="none">
                      {row.open ? (
                        <button type="button" className="add" aria-label={`Make a link for ${platformName(platform)} in ${row.partnership.program.name}`} onClick={() => deeds.makeLink(row.partnership.id, platform)}>
                          <Icon name="plus" size={14} />
                          Make a link
                        </button>
                      ) : (
                        <span className="dim">–</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
            <tr className="sum">
              <td>Together</td>
              {matrix.platforms.map((platform) => {
                const total = matrix.totals.get(platform);
                return (
                  <td key={platform}>
                    <span className="row between n">
                      <span>
                        {formatNumber(total?.orders ?? 0, { digits: 1 })} <span className="mut" style={{ fontWeight: 400 }}>{total?.orders === 1 ? 'sale' : 'sales'}</span>
                      </span>
                      <span className="sm mut" style={{ fontWeight: 400 }}>{plural(total?.clicks ?? 0, 'click', 'clicks')}</span>
                    </span>
                  </td>
                );
              })}
            </tr>
          </tbody>
        </table>
      </div>
    </Card>
  );
}

function ProgramCard({ row, platforms, deeds }: { row: MatrixRow; platforms: readonly Platform[]; deeds: Deeds }) {
  const absent = platforms.filter((platform) => !row.links.has(platform));
  const first = absent[0];
  return (
    <Card label={row.partnership.program.name} className="pcard">
      <div className="ptop">
        <Who row={row} large />
        <RowState row={row} />
        {row.codes.map((code) => (
          <CodeBox key={code.id} code={code} onArchive={(entry) => deeds.archive({ code: entry })} />
        ))}
      </div>
      {platforms.flatMap((platform) => (row.links.get(platform) ?? []).map((link) => <LinkRow key={link.id} link={link} onArchive={(entry) => deeds.archive({ link: entry })} />))}
      {row.open && first && (
        <button type="button" className="lrow make" onClick={() => deeds.makeLink(row.partnership.id, first)}>
          <Icon name="plus" size={18} />
          {absent.length > 2 ? 'Make a link for another platform' : `Make a link for ${formatList(absent.map(platformName)).replace(/ and /, ' or ')}`}
        </button>
      )}
      {row.open && row.codes.length === 0 && (
        <button type="button" className="lrow make" onClick={() => deeds.makeCode(row.partnership.id)}>
          <Icon name="plus" size={18} />
          Make a code
        </button>
      )}
    </Card>
  );
}
