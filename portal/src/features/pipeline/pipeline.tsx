import { useQuery } from 'urql';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { useNarrowRail } from '@/frame/shell';
import type { PipelineProgramsQuery } from '@/gql/graphql';
import { plural } from '@/lib/format';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { BlockSkeleton, Button, ButtonLink, EmptyPage, FilterSelect, Loaded, PageHead, PageSkeleton, usePanel, useView } from '@/ui';
import { AddProspect } from './add_prospect';
import { Board } from './board';
import type { Order } from './board_cards';
import { useMoving } from './moving';
import { OutreachPipelineDocument, PipelineProgramsDocument } from './pipeline_document';
import { ProspectPanel } from './prospect_panel';

type Programs = PipelineProgramsQuery['programs']['nodes'];

const FRESH = { additionalTypenames: ['Prospect'] };
const ORDERS: { value: Order; label: string }[] = [
  { value: 'fit', label: 'Sorted by fit' },
  { value: 'due', label: 'Sorted by next step' },
  { value: 'wait', label: 'Longest waiting first' },
];

/** From a first note to a partnership: everybody whom the brand would like to win, for one program. */
export default function Pipeline() {
  const brand = useBrand();
  const { hat } = useFrame();
  const may = useMay();
  const view = useView();
  const [{ data, error }, read] = useQuery({ query: PipelineProgramsDocument, variables: { brandId: brand.id } });
  const programs = data?.programs.nodes;
  const program = programs?.find((entry) => entry.slug === view.get('program')) ?? programs?.find((entry) => entry.status === 'ACTIVE') ?? programs?.[0];
  if (programs && !program) {
    return (
      <>
        <PageHead title="Pipeline" line="From a first note to a partnership." />
        <EmptyPage title="A pipeline belongs to a program" action={may('writePrograms') && <ButtonLink kind="primary" icon="plus" to={`${hat.base}/programs/new`}>Make a program</ButtonLink>}>
          Make a program first. Then collect here the creators whom you would like to win for it.
        </EmptyPage>
      </>
    );
  }
  return (
    <Loaded data={program} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<PageSkeleton />}>
      {(chosen) => <OneProgram key={chosen.id} program={chosen} programs={programs ?? []} members={data?.brand?.members.nodes.map((member) => member.user) ?? []} />}
    </Loaded>
  );
}

function OneProgram({ program, programs, members }: { program: Programs[number]; programs: Programs; members: readonly { id: string; name: string }[] }) {
  const view = useView();
  const panel = usePanel();
  const may = useMay();
  const mayMove = may('writeOutreach');
  useNarrowRail(panel.open !== null);
  const [{ data, error }, read] = useQuery({ query: OutreachPipelineDocument, variables: { programId: program.id }, context: FRESH });
  const moving = useMoving(data);
  const pipeline = data?.outreachPipeline;
  const choice = { owner: view.get('owner'), platform: view.get('platform'), order: (ORDERS.find((entry) => entry.value === view.get('order'))?.value ?? 'fit') };
  const add = mayMove && (
    <Button kind="primary" icon="plus" onClick={() => panel.show('new')}>
      Add a creator
    </Button>
  );
  return (
    <div className={panel.open ? 'paneled' : undefined}>
      <PageHead title="Pipeline" line={<>From a first note to a partnership. {program.name}{pipeline ? `, ${plural(pipeline.total, 'person', 'people')}` : ''}.</>} actions={pipeline && pipeline.total > 0 ? add : undefined} />
      <div className="tools">
        {programs.length > 1 && <FilterSelect name="Program" value={program.slug} options={programs.map((entry) => ({ value: entry.slug, label: entry.name }))} onChange={(value) => view.set({ program: value, open: null })} />}
        {pipeline && pipeline.total > 0 && (
          <>
            <FilterSelect name="Owner" value={choice.owner} options={[{ value: '', label: 'All' }, { value: 'none', label: 'Nobody' }, ...members.map((member) => ({ value: member.id, label: member.name }))]} onChange={(value) => view.set({ owner: value || null })} />
            <FilterSelect name="Platform" value={choice.platform} options={[{ value: '', label: 'All' }, ...PLATFORM_OPTIONS]} onChange={(value) => view.set({ platform: value || null })} />
            <FilterSelect name="" label="Order" value={choice.order} options={ORDERS} onChange={(value) => view.set({ order: value === 'fit' ? null : value })} />
          </>
        )}
      </div>
      <Loaded data={pipeline} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={480} />}>
        {(found) =>
          found.total === 0 ? (
            <EmptyPage
              title="Nobody is in this pipeline yet"
              solid={1}
              action={add || undefined}
              steps={[
                { name: 'Add whom you would like to win', detail: 'A name and where they publish is enough.' },
                { name: 'Write down the next step', detail: 'What, and by when. Late steps stand on your home page.' },
                { name: 'Move them along', detail: 'Drag a card, or press M on it. Every move stays in the story.' },
              ]}
            >
              Collect creators who would fit {program.name}, and keep every note and next step in one place.
            </EmptyPage>
          ) : (
            <Board stages={found.stages} choice={choice} open={panel.open} moving={moving} mayMove={mayMove} />
          )
        }
      </Loaded>
      {moving.dialog}
      {panel.open === 'new' && mayMove && <AddProspect programId={program.id} programName={program.name} onClose={panel.close} onMade={(id) => view.set({ open: id })} />}
      {panel.open && panel.open !== 'new' && <ProspectPanel key={panel.open} id={panel.open} members={members} moving={moving} mayChange={mayMove} onClose={panel.close} />}
    </div>
  );
}
