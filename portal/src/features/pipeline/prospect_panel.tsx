import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import type { ProspectQuery, ProspectStage } from '@/gql/graphql';
import { formatDate, formatList, formatNumber } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { BlockSkeleton, Button, Chip, ErrorState, FilterSelect, FormErrors, Icon, PanelPerson, SidePanel, Tabs, TextArea, TextField, toast, useForm, useView, When } from '@/ui';
import { listOf } from './add_prospect';
import { dueWords } from './board_cards';
import type { Moving } from './moving';
import { AddNoteDocument, ProspectDocument, UpdateProspectDocument } from './pipeline_document';
import { stageName } from './stages';

type Prospect = NonNullable<ProspectQuery['prospect']>;

const FRESH = { additionalTypenames: ['Prospect'] };

/** The whole story of one person: moves, notes, facts, and what comes next. */
export function ProspectPanel({ id, members, moving, mayChange, onClose }: { id: string; members: readonly { id: string; name: string }[]; moving: Moving; mayChange: boolean; onClose: () => void }) {
  const view = useView();
  const [{ data, error }, read] = useQuery({ query: ProspectDocument, variables: { id }, context: FRESH });
  const prospect = data?.prospect;
  const tab = view.get('tab', 'story');
  if (data && !prospect) {
    return (
      <SidePanel label="Nobody" head={<b className="b">There is nobody here</b>} onClose={onClose}>
        <p className="mut">This person was removed, or belongs to another brand.</p>
      </SidePanel>
    );
  }
  return (
    <SidePanel
      label={prospect?.name ?? 'Loading'}
      onClose={onClose}
      head={
        <PanelPerson name={prospect?.name}>
          {prospect && `@${prospect.handle} on ${platformName(prospect.platform)}${prospect.followers > 0 ? `, ${formatNumber(prospect.followers)} followers` : ''}`}
        </PanelPerson>
      }
      tools={prospect && <Tools prospect={prospect} members={members} moving={moving} mayChange={mayChange} />}
      tabs={
        prospect && (
          <Tabs
            label="About this person"
            current={tab}
            tabs={[
              { key: 'story', label: 'Story', count: formatNumber(prospect.events.nodes.length), to: view.href({ tab: null }) },
              { key: 'facts', label: 'Facts', to: view.href({ tab: 'facts' }) },
              ...(mayChange ? [{ key: 'edit', label: 'Edit', to: view.href({ tab: 'edit' }) }] : []),
            ]}
          />
        )
      }
      foot={prospect && tab === 'story' && mayChange ? <NoteForm prospect={prospect} /> : undefined}
    >
      {error && !data ? (
        <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} />
      ) : !prospect ? (
        <BlockSkeleton height={320} />
      ) : tab === 'facts' ? (
        <FactsView prospect={prospect} />
      ) : tab === 'edit' && mayChange ? (
        <EditForm key={prospect.id} prospect={prospect} />
      ) : (
        <Story prospect={prospect} />
      )}
    </SidePanel>
  );
}

function Tools({ prospect, members, moving, mayChange }: { prospect: Prospect; members: readonly { id: string; name: string }[]; moving: Moving; mayChange: boolean }) {
  const [, update] = useMutation(UpdateProspectDocument);
  const deed = useDeed();
  const stage = moving.placed.get(prospect.id) ?? prospect.stage;
  const due = dueWords(prospect.dueAt);
  const next = prospect.nextStep || due ? [prospect.nextStep, due?.words].filter(Boolean).join(', ') : null;
  if (!mayChange) {
    return (
      <>
        <Chip>{stageName(stage)}</Chip>
        <Chip>{prospect.owner ? `Owner ${prospect.owner.name}` : 'No owner'}</Chip>
      </>
    );
  }
  return (
    <>
      <FilterSelect name="" label="Stage" value={stage} options={[stage, ...prospect.allowedMoves.filter((entry) => entry !== stage)].map((entry) => ({ value: entry, label: stageName(entry) }))} onChange={(value) => moving.move({ ...prospect, stage }, value as ProspectStage)} />
      <FilterSelect
        name="Owner"
        value={prospect.owner?.id ?? ''}
        options={[{ value: '', label: 'Nobody' }, ...members.map((member) => ({ value: member.id, label: member.name }))]}
        onChange={(value) => void deed.run(async () => errorsOf(await update({ input: { prospectId: prospect.id, ownerId: value || null } }), (data) => data.updateProspect))}
      />
      {next && (
        <span className={due?.late ? 'sm' : 'sm mut'} style={{ flexBasis: '100%', ...(due?.late ? { color: 'var(--clay-text)' } : {}) }}>
          Next: {next}
        </span>
      )}
      <FormErrors messages={deed.messages} />
    </>
  );
}

function Story({ prospect }: { prospect: Prospect }) {
  return (
    <ol className="grid" style={{ gap: 14 }}>
      {prospect.events.nodes.map((event) => (
        <li key={event.id}>
          {event.kind === 'NOTE' ? (
            <div className="msg">
              <header>
                <b className="b">{event.user?.name ?? 'Tributary'}</b>
                <span className="dim">
                  <When at={event.createdAt} shape="short" time />
                </span>
              </header>
              {event.body}
            </div>
          ) : (
            <div className="ev">
              <Icon name={event.kind === 'MOVE' ? 'arrow-right' : 'plus'} />
              <span>
                {event.kind === 'MOVE' && event.toStage ? (
                  <>
                    {event.fromStage && `${stageName(event.fromStage)} to `}
                    <b className="b" style={{ color: 'var(--ink)' }}>{stageName(event.toStage)}</b>
                  </>
                ) : (
                  'Added to the pipeline'
                )}
                {event.body && <span className="blk">“{event.body}”</span>}
                <span className="sm dim blk">
                  {event.user ? `${event.user.name}, ` : ''}
                  <When at={event.createdAt} shape="short" time />
                </span>
              </span>
            </div>
          )}
        </li>
      ))}
      {prospect.events.pageInfo.hasNextPage && <li className="sm dim">The newest 50 are shown.</li>}
    </ol>
  );
}

function NoteForm({ prospect }: { prospect: Prospect }) {
  const [, add] = useMutation(AddNoteDocument);
  const form = useForm({
    initial: { body: '' },
    async send({ body }) {
      const errors = errorsOf(await add({ input: { prospectId: prospect.id, body: body.trim() } }), (data) => data.addProspectNote);
      if (errors.length === 0) form.reset({ body: '' });
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 10 }} onSubmit={form.onSubmit} noValidate>
      <TextArea label="Note" rows={3} placeholder="What was said, and what to remember" value={form.values.body} onValue={(value) => form.set('body', value)} error={form.errorAt('body')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy} disabled={form.values.body.trim() === ''}>
          Add the note
        </Button>
      </div>
    </form>
  );
}

function FactsView({ prospect }: { prospect: Prospect }) {
  const facts: [string, React.ReactNode][] = [
    ['Next step', prospect.nextStep ?? '–'],
    ['Due', prospect.dueAt ? formatDate(prospect.dueAt) : '–'],
    ['E-mail', prospect.email ? <a className="lk" href={`mailto:${prospect.email}`}>{prospect.email}</a> : '–'],
    ['Profile', prospect.profileUrl ? <a className="lk" href={prospect.profileUrl} target="_blank" rel="noreferrer">{prospect.profileUrl.replace(/^https?:\/\/(www\.)?/, '')}</a> : '–'],
    ['Publishes', prospect.niches.length > 0 ? formatList([...prospect.niches]) : '–'],
    ['Found', prospect.source || '–'],
    ['Since', `${stageName(prospect.stage)} since ${formatDate(prospect.stageSince)}`],
    ['Added', formatDate(prospect.createdAt)],
  ];
  return (
    <div className="grid">
      <div>
        <div className="row between">
          <b className="b">Fit {formatNumber(prospect.fitScore)} of 100</b>
          <span className="sm dim">for {prospect.program.name}</span>
        </div>
        <div className="fitr" style={{ marginTop: 8 }}>
          <span className="track">
            <i style={{ width: `${Math.min(100, Math.max(0, prospect.fitScore))}%` }} />
          </span>
          <b className="n r">{formatNumber(prospect.fitScore)}</b>
        </div>
      </div>
      <dl className="fx" style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {prospect.tags.length > 0 && (
        <div className="row g2 wrap">
          {prospect.tags.map((tag) => (
            <Chip key={tag}>{tag}</Chip>
          ))}
        </div>
      )}
      {prospect.creator && <p className="mut">Has a profile here: @{prospect.creator.handle}.</p>}
    </div>
  );
}

function EditForm({ prospect }: { prospect: Prospect }) {
  const view = useView();
  const [, update] = useMutation(UpdateProspectDocument);
  const form = useForm({
    initial: { name: prospect.name, nextStep: prospect.nextStep ?? '', dueAt: prospect.dueAt?.slice(0, 10) ?? '', email: prospect.email ?? '', tags: prospect.tags.join(', ') },
    async send(values) {
      const errors = errorsOf(
        // A day without a time is due at its noon in UTC, which is the same day nearly everywhere.
        await update({ input: { prospectId: prospect.id, name: values.name.trim(), nextStep: values.nextStep.trim() || null, dueAt: values.dueAt ? `${values.dueAt}T12:00:00Z` : null, email: values.email.trim() || null, tags: listOf(values.tags) } }),
        (data) => data.updateProspect,
      );
      if (errors.length === 0) {
        toast('Saved');
        view.set({ tab: 'facts' });
      }
      return errors;
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <TextField label="Next step" placeholder="Send the product list" value={form.values.nextStep} onValue={(value) => form.set('nextStep', value)} error={form.errorAt('nextStep')} />
      <TextField label="Due" type="date" value={form.values.dueAt} onValue={(value) => form.set('dueAt', value)} error={form.errorAt('dueAt')} />
      <TextField label="Name" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
      <TextField label="E-mail" type="email" value={form.values.email} onValue={(value) => form.set('email', value)} error={form.errorAt('email')} />
      <TextField label="Tags" hint="With commas between." value={form.values.tags} onValue={(value) => form.set('tags', value)} error={form.errorAt('tags')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          Save
        </Button>
      </div>
    </form>
  );
}
