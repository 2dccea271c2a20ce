import { Link } from 'react-router';
import { useQuery } from 'urql';
import { useRows } from '@/api/rows';
import { graphql } from '@/gql';
import type { MyProgramsQuery, ProgramCardFragment } from '@/gql/graphql';
import { formatDate, formatMoney, formatNumber, isZero, plural } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { Tabs } from '@/ui/choice';
import { EmptyPage } from '@/ui/empty';
import { Amount } from '@/ui/figures';
import { MoreRows } from '@/ui/loaded';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { SearchBox } from '@/ui/search_box';
import { BlockSkeleton, TableSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { DataTable, type Column } from '@/ui/table';
import { ErrorState } from '@/ui/trouble';
import { applicationWords, partnershipWords, type StateWords } from './program_words';
import './programs.css';

const MyProgramsDocument = graphql(`
  query MyPrograms {
    partnerships(first: 100) {
      nodes {
        id
        status
        pauseKind
        statusReason
        acceptedTermsVersion
        createdAt
        program {
          ...ProgramCard
          terms {
            id
            version
          }
        }
        totals {
          clicks
          orders
          commission {
            ...MoneyFields
          }
        }
      }
    }
    applications(first: 50) {
      nodes {
        id
        status
        reason
        createdAt
        program {
          ...ProgramCard
        }
      }
    }
  }
`);

const FindProgramsDocument = graphql(`
  query FindPrograms($first: Int!, $after: String, $search: String) {
    programs(first: $first, after: $after, search: $search) {
      nodes {
        ...ProgramCard
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

export const ProgramCardFragmentDocument = graphql(`
  fragment ProgramCard on Program {
    id
    slug
    name
    summary
    clickWindowDays
    minimumPayout {
      ...MoneyFields
    }
    brand {
      id
      name
    }
    offer {
      id
      sentence
    }
  }
`);

/** Cards a page. */
const CARDS = 24;

/** The programs that a creator is in, and those they can join. */
export default function ProgramsPage() {
  const view = useView();
  const show = view.get('show') === 'find' ? 'find' : 'mine';
  const [mine, again] = useQuery({ query: MyProgramsDocument, context: MINE });
  const rows = mine.data ? standings(mine.data) : null;
  return (
    <>
      <PageHead
        title="Programs"
        line="Brands that pay you for what you bring, and those that you could join."
        actions={
          show === 'mine' && (
            <ButtonLink kind="primary" icon="compass" to="/creator/programs?show=find">
              Find a program
            </ButtonLink>
          )
        }
      />
      <div style={{ marginBottom: 16 }}>
        <Tabs
          label="Programs"
          current={show}
          tabs={[
            { key: 'mine', label: 'Yours', count: rows?.length, to: '/creator/programs' },
            { key: 'find', label: 'Find', to: '/creator/programs?show=find' },
          ]}
        />
      </div>
      {show === 'find' ? (
        <Find taken={new Map((rows ?? []).map((row) => [row.program.id, row.state]))} />
      ) : rows === null ? (
        <Card label="Your programs">{mine.error ? <ErrorState error={mine.error} onRetry={() => again({ requestPolicy: 'network-only' })} /> : <TableSkeleton rows={4} columns={4} />}</Card>
      ) : rows.length === 0 ? (
        <EmptyPage
          title="You are in no program yet"
          action={
            <ButtonLink kind="primary" icon="compass" to="/creator/programs?show=find">
              Find a program
            </ButtonLink>
          }
          steps={[
            { name: 'Choose a brand that you like', detail: 'You see what it pays before you apply.' },
            { name: 'Apply', detail: 'Say where you publish and how you would show it.' },
            { name: 'Accept the terms', detail: 'Then your links and codes earn.' },
          ]}
        >
          A program is a brand’s promise: what it pays, for how long a click counts, and when it pays out.
        </EmptyPage>
      ) : (
        <Card label="Your programs">
          <DataTable label="Your programs" rows={rows} columns={COLUMNS} rowKey={(row) => row.key} to={(row) => `/creator/programs/${row.program.slug}`} stickyHead={false} />
        </Card>
      )}
    </>
  );
}

const MINE = { additionalTypenames: ['Partnership', 'Application'] };

/** How the creator stands with one program, as a row. */
interface Standing {
  key: string;
  program: ProgramCardFragment;
  state: StateWords;
  detail: string | null;
  totals: MyProgramsQuery['partnerships']['nodes'][number]['totals'] | null;
}

function standings(data: MyProgramsQuery): Standing[] {
  const inside = data.partnerships.nodes.map((entry): Standing => {
    const stale = entry.status === 'ACTIVE' && entry.program.terms != null && entry.acceptedTermsVersion < entry.program.terms.version;
    return {
      key: entry.id,
      program: entry.program,
      state: stale ? { tone: 'wait', words: 'New terms wait for you' } : partnershipWords(entry),
      detail: entry.statusReason ?? null,
      totals: entry.totals,
    };
  });
  const joined = new Set(inside.map((row) => row.program.id));
  const seen = new Set<string>();
  const asked = data.applications.nodes
    // The newest application to a program speaks for it; one that led in is a partnership already.
    .filter((entry) => !joined.has(entry.program.id) && !seen.has(entry.program.id) && seen.add(entry.program.id))
    .map((entry): Standing => ({ key: entry.id, program: entry.program, state: applicationWords(entry.status), detail: entry.reason ?? `Applied on ${formatDate(entry.createdAt)}`, totals: null }));
  return [...inside, ...asked];
}

const COLUMNS: Column<Standing>[] = [
  {
    key: 'program',
    head: 'Program',
    phone: 'name',
    sort: (row) => row.program.name,
    ascendingFirst: true,
    cell: (row) => (
      <span className="row g3">
        <Avatar name={row.program.brand.name} brand />
        <span className="grow">
          <b className="b blk nw">{row.program.name}</b>
          <span className="sm dim">{row.program.brand.name}</span>
        </span>
      </span>
    ),
  },
  { key: 'earn', head: 'What you earn', phone: 'sentence', cell: (row) => row.program.offer?.sentence ?? '–' },
  { key: 'state', head: 'State', phone: 'state', cell: (row) => <Status tone={row.state.tone} detail={row.detail}><span className="statewords">{row.state.words}</span></Status> },
  { key: 'clicks', head: 'Clicks', right: true, sort: (row) => row.totals?.clicks ?? null, cell: (row) => (row.totals ? formatNumber(row.totals.clicks) : '–') },
  { key: 'sales', head: 'Sales', right: true, sort: (row) => row.totals?.orders ?? null, cell: (row) => (row.totals ? formatNumber(row.totals.orders, { digits: 1 }) : '–') },
  { key: 'earned', head: 'Earned', right: true, phone: 'amount', cell: (row) => (row.totals ? <b className="b"><Amount value={row.totals.commission} /></b> : '–') },
];

function Find({ taken }: { taken: ReadonlyMap<string, StateWords> }) {
  const view = useView();
  const search = view.get('search');
  const list = useRows({ query: FindProgramsDocument, variables: { first: CARDS, search: search || null }, pick: (data) => data.programs, types: ['Program', 'Application'] });

  return (
    <>
      <div className="tools">
        <SearchBox label="Search by name" value={search} onFind={(text) => view.set({ search: text })} />
      </div>
      {list.error ? (
        <Card label="Programs">
          <ErrorState error={list.error} onRetry={list.again} />
        </Card>
      ) : list.rows === null ? (
        <div className="pgrid">
          {[0, 1, 2].map((index) => (
            <BlockSkeleton key={index} height={176} />
          ))}
        </div>
      ) : list.rows.length === 0 ? (
        <EmptyPage title={search ? `No program is called “${search}”` : 'No program is open at the moment'}>
          {search ? 'Try a shorter word, or the name of the brand’s program.' : 'Brands open programs here. If one invited you, open the link in its mail.'}
        </EmptyPage>
      ) : (
        <>
          <ul className="pgrid">
            {list.rows.map((program) => (
              <li key={program.id}>
                <ProgramTile program={program} state={taken.get(program.id)} />
              </li>
            ))}
          </ul>
          <div className="row between sm dim mt">
            <MoreRows shown={list.rows.length} total={list.total} one="program" many="programs" more={list.more} busy={list.loadingMore} />
          </div>
        </>
      )}
    </>
  );
}

function ProgramTile({ program, state }: { program: ProgramCardFragment; state: StateWords | undefined }) {
  return (
    <Link className="card pad ptile" to={`/creator/programs/${program.slug}`}>
      <span className="row g3">
        <Avatar name={program.brand.name} brand size="l" />
        <span className="grow">
          <b className="blk ell" style={{ fontWeight: 600 }}>
            {program.name}
          </b>
          <span className="sm dim">{program.brand.name}</span>
        </span>
      </span>
      {program.summary && <span className="mut clamp">{program.summary}</span>}
      <span className="b earn">{program.offer?.sentence ?? 'Rates are not published yet'}</span>
      <span className="row between g3 sm dim foot">
        <span>
          A click counts {plural(program.clickWindowDays, 'day', 'days')}
          {isZero(program.minimumPayout) ? '' : `, paid from ${formatMoney(program.minimumPayout)}`}
        </span>
        {state && <Status tone={state.tone}>{state.words}</Status>}
      </span>
    </Link>
  );
}
