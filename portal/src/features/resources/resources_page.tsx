import { useQuery } from 'urql';
import { useRows } from '@/api/rows';
import { graphql } from '@/gql';
import type { ProgramResourcesQuery } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { FilterSelect } from '@/ui/choice';
import { EmptyPage } from '@/ui/empty';
import { Icon } from '@/ui/icon';
import { MoreRows } from '@/ui/loaded';
import { Markdown } from '@/ui/markdown';
import { PageHead } from '@/ui/page_head';
import { SidePanel, usePanel, useView } from '@/ui/panel';
import { TableSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { RESOURCE_KINDS, resourceKind } from './resource_words';
import './resources.css';

const ProgramsDocument = graphql(`
  query ResourcePrograms {
    partnerships(first: 100) {
      nodes {
        id
        status
        program {
          id
          name
          brand {
            id
            name
          }
        }
      }
    }
  }
`);

const ResourcesDocument = graphql(`
  query ProgramResources($programId: ID!, $first: Int!, $after: String) {
    resources(programId: $programId, first: $first, after: $after) {
      nodes {
        id
        kind
        title
        body
        url
        version
        updatedAt
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

type Resource = ProgramResourcesQuery['resources']['nodes'][number];
interface Program {
  id: string;
  name: string;
  brand: { id: string; name: string };
}

const ENDED = ['RETIRED', 'EXPIRED', 'DECLINED'];
/** Resources a page and program. */
const ROWS = 20;

/** What brands give their creators: rules, facts about products, examples. */
export default function ResourcesPage() {
  const view = useView();
  const [{ data, error }, again] = useQuery({ query: ProgramsDocument });
  const programs = (data?.partnerships.nodes ?? []).filter((entry) => !ENDED.includes(entry.status)).map((entry) => entry.program);
  const chosen = view.get('program');
  const shown = programs.some((program) => program.id === chosen) ? programs.filter((program) => program.id === chosen) : programs;
  const head = <PageHead title="Resources" line="What your brands want you to know, and examples that worked." />;
  if (!data) {
    return (
      <>
        {head}
        <Card label="Resources">{error ? <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} /> : <TableSkeleton rows={4} columns={2} />}</Card>
      </>
    );
  }
  if (programs.length === 0) {
    return (
      <>
        {head}
        <EmptyPage title="Brands put their help here" action={<ButtonLink kind="primary" icon="compass" to="/creator/programs?show=find">Find a program</ButtonLink>}>
          Once you are in a program you find its guidelines, facts about the products, and examples of posts that sold.
        </EmptyPage>
      </>
    );
  }
  return (
    <>
      {head}
      <div className="tools">
        {programs.length > 1 && <FilterSelect name="Program" value={shown.length === 1 ? (shown[0]?.id ?? '') : ''} options={[{ value: '', label: `All ${programs.length}` }, ...programs.map((program) => ({ value: program.id, label: program.name }))]} onChange={(value) => view.set({ program: value })} />}
        <FilterSelect name="Kind" value={view.get('kind')} options={[{ value: '', label: 'All' }, ...RESOURCE_KINDS]} onChange={(value) => view.set({ kind: value })} />
      </div>
      <div className="grid">
        {shown.map((program) => (
          <ProgramResources key={program.id} program={program} kind={view.get('kind')} />
        ))}
      </div>
    </>
  );
}

function ProgramResources({ program, kind }: { program: Program; kind: string }) {
  const panel = usePanel();
  const list = useRows({ query: ResourcesDocument, variables: { programId: program.id, first: ROWS }, pick: (data) => data.resources, types: ['Resource'] });
  const rows = list.rows?.filter((entry) => kind === '' || entry.kind === kind);
  const open = rows?.find((entry) => entry.id === panel.open);
  return (
    <>
      <Card
        title={
          <span className="row g3">
            <Avatar name={program.brand.name} brand />
            <span>
              {program.name}
              <span className="sm dim blk" style={{ fontWeight: 400 }}>
                {program.brand.name}
              </span>
            </span>
          </span>
        }
      >
        {list.error ? (
          <ErrorState error={list.error} onRetry={list.again} />
        ) : !rows ? (
          <TableSkeleton rows={2} columns={2} />
        ) : rows.length === 0 ? (
          <p className="pad mut" style={{ paddingTop: 0 }}>
            {kind === '' ? `${program.brand.name} has put nothing here yet.` : 'Nothing of this kind.'}
          </p>
        ) : (
          <ul className="reslist">
            {rows.map((entry) => (
              <li key={entry.id}>
                <button type="button" className={entry.id === panel.open ? 'res open' : 'res'} onClick={() => panel.show(entry.id)}>
                  <span className="restile">
                    <Icon name={resourceKind(entry.kind).icon} />
                  </span>
                  <span className="grow">
                    <b className="b blk">{entry.title}</b>
                    <span className="sm mut">
                      {resourceKind(entry.kind).one}, {entry.version > 1 ? `changed on ${formatDate(entry.updatedAt)}` : `since ${formatDate(entry.updatedAt)}`}
                    </span>
                  </span>
                  <Icon name="right" />
                </button>
              </li>
            ))}
          </ul>
        )}
        {list.more && (
          <div className="tfoot">
            <MoreRows shown={list.rows?.length ?? 0} total={list.total} one="resource" many="resources" more={list.more} busy={list.loadingMore} />
          </div>
        )}
      </Card>
      {open && <Reader resource={open} program={program} onClose={panel.close} />}
    </>
  );
}

function Reader({ resource, program, onClose }: { resource: Resource; program: Program; onClose: () => void }) {
  return (
    <SidePanel
      label={resource.title}
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">{resource.title}</b>
          <span className="sm dim">
            {program.name}, {resource.version > 1 ? `version ${resource.version} of ${formatDate(resource.updatedAt)}` : formatDate(resource.updatedAt)}
          </span>
        </span>
      }
      foot={
        resource.url ? (
          <a className="btn p w" href={resource.url} target="_blank" rel="noreferrer noopener">
            Open the page
            <Icon name="external" />
          </a>
        ) : undefined
      }
    >
      {resource.body ? <Markdown text={resource.body} level={3} /> : <p className="mut">The page that it leads to says everything.</p>}
    </SidePanel>
  );
}
