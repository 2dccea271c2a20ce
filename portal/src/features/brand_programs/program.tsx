import { useState } from 'react';
import { useParams } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { ProgramFieldsFragment, ProgramStatus, ProgramVisibility } from '@/gql/graphql';
import { currencyName, formatDate, formatList, formatMoney, isZero, plural, sentenceCase } from '@/lib/format';
import { Button, ButtonLink, Card, CheckField, Confirm, CopyButton, EmptyPage, Facts, FormErrors, Loaded, PageHead, PageSkeleton, SelectField, Status, Tabs, TextArea, TextField, toast, useForm, useView } from '@/ui';
import { Markdown } from '@/ui/markdown';
import { ProgramGuardTab } from '../guard/program_guard';
import { OfferBuilder } from './offer_builder';
import { GOALS, programSaid, TOUCHES, VISIBILITIES } from './program_words';
import { BrandProgramDocument, PublishTermsDocument, SetProgramStatusDocument, UpdateProgramDocument } from './programs_document';
import { Resources } from './resources';
import './brand_programs.css';

type Program = ProgramFieldsFragment;

const FRESH = { additionalTypenames: ['Program', 'Offer', 'Terms'] };

/** One program: what it is, what creators earn, what they agree to, what helps them. */
export default function ProgramPage() {
  const { program: slug = '' } = useParams();
  const { hat } = useFrame();
  const [{ data, error }, read] = useQuery({ query: BrandProgramDocument, variables: { slug }, context: FRESH });
  if (data && !data.program) {
    return (
      <EmptyPage alone title="There is no such program" action={<ButtonLink kind="primary" to={`${hat.base}/programs`}>See your programs</ButtonLink>}>
        The address is wrong, or the program belongs to another brand.
      </EmptyPage>
    );
  }
  return (
    <Loaded data={data?.program} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<PageSkeleton />}>
      {(program) => <ProgramView program={program} creators={program.partnerships.nodes.length} />}
    </Loaded>
  );
}

function ProgramView({ program, creators }: { program: Program; creators: number }) {
  const { hat } = useFrame();
  const view = useView();
  const tab = view.get('tab', 'overview');
  const said = programSaid(program.status);
  return (
    <>
      <PageHead
        title={program.name}
        crumbs={[{ label: 'Programs and offers', to: `${hat.base}/programs` }, { label: program.name }]}
        line={
          <span className="row g3 wrap">
            <Status tone={said.tone} icon={said.icon}>{said.words}</Status>
            <span>{said.follows} {creators > 0 ? `${plural(creators, 'creator', 'creators')} in it.` : ''}</span>
          </span>
        }
        actions={<StatusActions program={program} />}
      />
      {program.status === 'DRAFT' && (
        <div style={{ marginBottom: 16 }}>
          <Readiness program={program} />
        </div>
      )}
      <div style={{ marginBottom: 16 }}>
        <Tabs
          label="About this program"
          current={tab}
          tabs={[
            { key: 'overview', label: 'Overview', to: view.href({ tab: null }) },
            { key: 'offer', label: 'Commission', to: view.href({ tab: 'offer' }) },
            { key: 'terms', label: 'Terms', to: view.href({ tab: 'terms' }) },
            { key: 'resources', label: 'Resources', to: view.href({ tab: 'resources' }) },
            { key: 'guard', label: 'Fraud guard', to: view.href({ tab: 'guard' }) },
          ]}
        />
      </div>
      {tab === 'offer' ? (
        <OfferBuilder key={program.offer?.id ?? 'none'} program={program} creators={creators} />
      ) : tab === 'terms' ? (
        <TermsTab key={program.terms?.id ?? 'none'} program={program} creators={creators} />
      ) : tab === 'resources' ? (
        <Resources programId={program.id} />
      ) : tab === 'guard' ? (
        <ProgramGuardTab programId={program.id} />
      ) : (
        <Overview program={program} />
      )}
    </>
  );
}

/** What is still missing before a program can be opened. */
function Readiness({ program }: { program: Program }) {
  const view = useView();
  const steps = [
    { done: program.offer != null, name: 'Commission', to: view.href({ tab: 'offer' }) },
    { done: program.terms != null, name: 'Terms', to: view.href({ tab: 'terms' }) },
  ];
  const missing = steps.filter((step) => !step.done);
  return (
    <Card pad className="clip" label="Before you open it">
      <div className="row g4 wrap">
        <b className="b">{missing.length === 0 ? 'Ready to be opened.' : 'Before you open it:'}</b>
        {steps.map((step) => (
          <Status key={step.name} tone={step.done ? 'ok' : 'wait'}>
            {step.done ? `${step.name} published` : <ButtonLink kind="quiet" small to={step.to}>Publish the {step.name.toLowerCase()}</ButtonLink>}
          </Status>
        ))}
      </div>
    </Card>
  );
}

const MOVES: Record<ProgramStatus, { to: ProgramStatus; words: string; primary?: boolean; ask?: string }[]> = {
  DRAFT: [{ to: 'ACTIVE', words: 'Open it', primary: true }],
  ACTIVE: [{ to: 'PAUSED', words: 'Pause', ask: 'Links lead on, but nothing counts while it is paused. What was earned before stays and is paid.' }],
  PAUSED: [{ to: 'ACTIVE', words: 'Open it again', primary: true }, { to: 'CLOSED', words: 'Close for good', ask: 'Nobody joins and nothing counts any more, and it cannot be opened again. What was earned is still paid.' }],
  CLOSED: [],
};

function StatusActions({ program }: { program: Program }) {
  const may = useMay();
  const [, change] = useMutation(SetProgramStatusDocument);
  const deed = useDeed();
  const [asking, setAsking] = useState<(typeof MOVES)[ProgramStatus][number] | null>(null);
  const go = (to: ProgramStatus) =>
    deed.run(async () => errorsOf(await change({ input: { programId: program.id, status: to } }), (data) => data.setProgramStatus)).then((done) => {
      if (done) {
        setAsking(null);
        toast(`${program.name}: ${programSaid(to).words.toLowerCase()}`);
      }
    });
  return (
    <>
      {deed.messages.length > 0 && asking === null && (
        <span className="sm" role="alert" style={{ color: 'var(--clay-text)', maxWidth: '36ch' }}>
          {deed.messages.join(' ')}
        </span>
      )}
      {program.visibility === 'PUBLIC' && program.status === 'ACTIVE' && (
        <>
          <CopyButton text={`${window.location.origin}/p/${program.slug}`} label="Copy the address of the public page" words="Copy its address" />
          <ButtonLink icon="external" href={`/p/${program.slug}`}>
            Public page
          </ButtonLink>
        </>
      )}
      {may('writePrograms') &&
        MOVES[program.status].map((move) => (
          <Button key={move.to} kind={move.primary ? 'primary' : 'plain'} busy={deed.busy && asking === null} onClick={() => (move.ask ? setAsking(move) : void go(move.to))}>
            {move.words}
          </Button>
        ))}
      <Confirm open={asking !== null} onClose={() => setAsking(null)} title={asking?.to === 'CLOSED' ? `Close ${program.name} for good` : `Pause ${program.name}`} button={asking?.words ?? ''} leave="Leave it" {...deed} onConfirm={() => asking && void go(asking.to)}>
        {asking?.ask}
      </Confirm>
    </>
  );
}

function Overview({ program }: { program: Program }) {
  const may = useMay();
  return (
    <div className="cols">
      {may('writePrograms') && program.status !== 'CLOSED' ? (
        <EditForm key={program.id} program={program} />
      ) : (
        <Card title="Public page" pad>
          <p>{program.summary}</p>
          <div style={{ marginTop: 12 }}>
            <Markdown text={program.description} />
          </div>
        </Card>
      )}
      <div className="grid" style={{ alignContent: 'start' }}>
        <Card title="Fixed rules" pad>
          <Facts
            items={[
              { name: 'Links count', value: plural(program.clickWindowDays, 'day', 'days') },
              { name: 'Return period', value: plural(program.holdDays, 'day', 'days') },
              { name: 'Smallest payout', value: isZero(program.minimumPayout) ? 'None' : formatMoney(program.minimumPayout) },
              { name: 'Pays in', value: sentenceCase(currencyName(program.currency)) },
              { name: 'Trial', value: plural(program.trialDays, 'day', 'days') },
              { name: 'For', value: GOALS.find((goal) => goal.value === program.goal)?.label ?? '' },
              { name: 'Made', value: formatDate(program.createdAt) },
            ]}
          />
          <p className="mut" style={{ marginTop: 14, paddingTop: 14, borderTop: '1px solid var(--line)' }}>
            May earn: {formatList(program.touchKinds.map((kind) => TOUCHES.find((entry) => entry.value === kind)?.label.toLowerCase() ?? ''))}. These rules stay as they are, so that nobody’s links change under them.
          </p>
        </Card>
        <Card title="Commission now" pad>
          <p className={program.offer ? undefined : 'mut'}>{program.offer?.sentence ?? 'Not published yet.'}</p>
          {program.offer && <p className="sm dim" style={{ marginTop: 4 }}>Version {program.offer.version}, since {formatDate(program.offer.effectiveAt)}</p>}
        </Card>
      </div>
    </div>
  );
}

const MAX_QUESTIONS = 10;

function EditForm({ program }: { program: Program }) {
  const [, update] = useMutation(UpdateProgramDocument);
  const form = useForm({
    initial: { name: program.name, summary: program.summary, description: program.description, visibility: program.visibility, defaultDestinationUrl: program.defaultDestinationUrl, questions: [...program.questions], autoApprove: program.autoApprove },
    fields: ['name', 'summary', 'description', 'visibility', 'defaultDestinationUrl', 'questions', 'autoApprove', ...Array.from({ length: MAX_QUESTIONS }, (_, index) => `questions.${index}`)],
    async send(values) {
      const errors = errorsOf(await update({ input: { programId: program.id, ...values, name: values.name.trim(), summary: values.summary.trim(), defaultDestinationUrl: values.defaultDestinationUrl.trim(), questions: values.questions.map((question) => question.trim()).filter(Boolean) } }), (data) => data.updateProgram);
      if (errors.length === 0) toast('Saved');
      return errors;
    },
  });
  const { questions } = form.values;
  return (
    <Card title="What creators see" pad>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="Name" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
        <TextArea label="In one sentence" rows={2} value={form.values.summary} onValue={(value) => form.set('summary', value)} error={form.errorAt('summary')} />
        <TextArea label="Text of the public page" rows={8} hint="With # for headings, - for lists and **stars** for weight." value={form.values.description} onValue={(value) => form.set('description', value)} error={form.errorAt('description')} />
        <div className="pair">
          <SelectField label="Who finds it" value={form.values.visibility} options={VISIBILITIES} onValue={(value) => form.set('visibility', value as ProgramVisibility)} error={form.errorAt('visibility')} />
          <TextField label="Where links lead" type="url" value={form.values.defaultDestinationUrl} onValue={(value) => form.set('defaultDestinationUrl', value)} error={form.errorAt('defaultDestinationUrl')} />
        </div>
        <section>
          <h3 style={{ marginBottom: 8 }}>Questions to who applies</h3>
          <div className="grid" style={{ gap: 10 }}>
            {questions.map((question, index) => (
              <div key={index} className="row g2 top">
                <span className="grow">
                  <TextField label={`Question ${index + 1}`} value={question} onValue={(value) => form.set('questions', questions.map((entry, place) => (place === index ? value : entry)))} error={form.errorAt(`questions.${index}`)} />
                </span>
                <Button kind="quiet" style={{ marginTop: 28 }} onClick={() => form.set('questions', questions.filter((_, place) => place !== index))}>
                  Take out
                </Button>
              </div>
            ))}
            {questions.length < MAX_QUESTIONS && (
              <div>
                <Button small icon="plus" onClick={() => form.set('questions', [...questions, ''])}>
                  Add a question
                </Button>
              </div>
            )}
          </div>
        </section>
        <CheckField label="Let everybody in who applies, without a decision" checked={form.values.autoApprove} onValue={(value) => form.set('autoApprove', value)} error={form.errorAt('autoApprove')} />
        <FormErrors messages={[...form.rest, ...[form.errorAt('questions')].filter((message) => message !== undefined)]} />
        <div>
          <Button kind="primary" type="submit" busy={form.busy}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  );
}

function TermsTab({ program, creators }: { program: Program; creators: number }) {
  const may = useMay();
  const [, publish] = useMutation(PublishTermsDocument);
  const form = useForm({
    initial: { body: program.terms?.body ?? '' },
    async send({ body }) {
      const errors = errorsOf(await publish({ input: { programId: program.id, body: body.trim() } }), (data) => data.publishTerms);
      if (errors.length === 0) toast('Published');
      return errors;
    },
  });
  const same = form.values.body.trim() === (program.terms?.body ?? '').trim();
  return (
    <div className="cols wide">
      <Card title={program.terms ? `Version ${program.terms.version}, since ${formatDate(program.terms.effectiveAt)}` : 'Write the terms'} pad>
        {may('writePrograms') ? (
          <form className="grid" onSubmit={form.onSubmit} noValidate>
            <TextArea label="The text that creators agree to" rows={18} hint="With # for headings, - for lists and **stars** for weight." value={form.values.body} onValue={(value) => form.set('body', value)} error={form.errorAt('body')} />
            <FormErrors messages={form.rest} />
            <div>
              <Button kind="primary" type="submit" busy={form.busy} disabled={same}>
                {program.terms ? `Publish version ${program.terms.version + 1}` : 'Publish'}
              </Button>
            </div>
          </form>
        ) : (
          <Markdown text={program.terms?.body ?? 'No terms are published yet.'} />
        )}
      </Card>
      <div className="grid">
        <Card title="As creators read it" pad>
          <div className="mkd">{form.values.body.trim() ? <Markdown text={form.values.body} /> : <p className="mut">What you write stands here as creators read it.</p>}</div>
        </Card>
        <Card title="What changes for whom" pad>
          <p className="mut">
            {program.terms ? `Creators are asked to accept the new version${creators > 0 ? `: ${plural(creators, 'creator is', 'creators are')} in the program now` : ''}. What they earned stays.` : 'Every creator accepts this text before their links earn.'}
          </p>
        </Card>
      </div>
    </div>
  );
}
