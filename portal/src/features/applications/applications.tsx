import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { ApplicationDecision, ApplicationQuery, ApplicationsQuery, ApplicationStatus } from '@/gql/graphql';
import { countryName } from '@/lib/country';
import { formatBasisPoints, formatCompact, formatDate, formatList, formatNumber, formatRelative } from '@/lib/format';
import { platformIcon, platformName } from '@/lib/platform';
import { BlockSkeleton, Button, ButtonLink, Card, Chip, DataTable, EmptyPage, ErrorState, FormErrors, Icon, Loaded, MoreRows, PageHead, PanelPerson, Person, Segmented, SidePanel, Status, TableSkeleton, Tabs, TextArea, toast, useForm, usePanel, useView, type Column, type Tone } from '@/ui';
import { ApplicationDocument, ApplicationsDocument, DecideApplicationDocument } from './applications_document';

type Row = ApplicationsQuery['applications']['nodes'][number];
type Application = NonNullable<ApplicationQuery['application']>;

const TABS: { key: ApplicationStatus; label: string; empty: string }[] = [
  { key: 'SUBMITTED', label: 'To answer', empty: '' },
  { key: 'WAITLISTED', label: 'Decide later', empty: 'Nobody is kept for later.' },
  { key: 'APPROVED', label: 'Let in', empty: 'Nobody was let in yet.' },
  { key: 'DECLINED', label: 'Declined', empty: 'Nobody was declined.' },
  { key: 'WITHDRAWN', label: 'Taken back', empty: 'Nobody took an application back.' },
];

const SAID: Record<ApplicationStatus, { words: string; tone: Tone }> = {
  SUBMITTED: { words: 'Waits for your answer', tone: 'wait' },
  WAITLISTED: { words: 'Kept for later', tone: 'wait' },
  APPROVED: { words: 'Let in', tone: 'ok' },
  DECLINED: { words: 'Declined', tone: 'quiet' },
  WITHDRAWN: { words: 'Taken back by the creator', tone: 'quiet' },
};

/** Followers on all platforms together. */
const followersOf = (row: Row): number => row.creator.socialAccounts.reduce((total, account) => total + account.followers, 0);

const columns: Column<Row>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} detail={`@${row.creator.handle}, ${countryName(row.creator.country)}`} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'plan', head: 'What they would do', cell: (row) => <span style={{ display: '-webkit-box', WebkitLineClamp: 2, WebkitBoxOrient: 'vertical', overflow: 'hidden', maxWidth: '52ch' }}>{row.plan || <span className="dim">Nothing written</span>}</span>, phone: 'sentence', text: (row) => row.plan },
  { key: 'program', head: 'Program', cell: (row) => <span className="mut">{row.program.name}</span>, phone: 'state', text: (row) => row.program.name },
  { key: 'followers', head: 'Followers', right: true, cell: (row) => (followersOf(row) > 0 ? formatCompact(followersOf(row)) : <span className="dim">–</span>), sort: followersOf, text: (row) => String(followersOf(row)) },
  { key: 'reach', head: 'Followers', phoneOnly: true, phone: 'amount', cell: (row) => (followersOf(row) > 0 ? `${formatCompact(followersOf(row))} followers` : null) },
  { key: 'sent', head: 'Sent', right: true, cell: (row) => <span className="mut">{formatRelative(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
];

/** Creators who would like to join, and what the brand answered. */
export default function Applications() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const panel = usePanel();
  const tab = TABS.find((entry) => entry.key === view.get('state')) ?? (TABS[0] as (typeof TABS)[number]);
  const list = useRows({ query: ApplicationsDocument, variables: { brandId: brand.id, status: tab.key, first: 50 }, pick: (data) => data.applications, types: ['Application'] });
  return (
    <>
      <PageHead title="Applications" line="Creators who would like to join your programs. They read what you answer, and why." />
      <Card label="Applications">
        <div className="tabtools">
          <Tabs label="Applications" current={tab.key} tabs={TABS.map((entry) => ({ key: entry.key, label: entry.label, count: entry.key === tab.key && list.total !== null ? formatNumber(list.total) : undefined, to: view.href({ state: entry.key === 'SUBMITTED' ? null : entry.key, open: null }) }))} />
        </div>
        <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<TableSkeleton columns={5} />}>
          {(rows) =>
            rows.length > 0 ? (
              <DataTable label="Applications" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="application" many="applications" more={list.more} busy={list.loadingMore} />} />
            ) : tab.key === 'SUBMITTED' ? (
              <div className="pad">
                <EmptyPage title="Everybody has an answer" action={<ButtonLink kind="primary" icon="compass" to={`${hat.base}/programs`}>See your programs</ButtonLink>}>
                  New applications wait here. Share the public page of a program to get more.
                </EmptyPage>
              </div>
            ) : (
              <p className="pad mut">{tab.empty}</p>
            )
          }
        </Loaded>
      </Card>
      {panel.open && <ApplicationPanel key={panel.open} id={panel.open} onClose={panel.close} next={list.rows?.find((row) => row.id !== panel.open)?.id} onNext={(id) => panel.show(id)} />}
    </>
  );
}

function ApplicationPanel({ id, onClose, next, onNext }: { id: string; onClose: () => void; next: string | undefined; onNext: (id: string) => void }) {
  const { hat } = useFrame();
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: ApplicationDocument, variables: { id } });
  const application = data?.application;
  const creator = application?.creator;
  const decidable = application && (application.status === 'SUBMITTED' || application.status === 'WAITLISTED') && may('writeCreators');
  return (
    <SidePanel
      label={creator ? `Application of ${creator.name}` : 'Application'}
      onClose={onClose}
      head={<PanelPerson name={creator?.name}>{creator && `@${creator.handle}, ${countryName(creator.country)}`}</PanelPerson>}
      foot={decidable ? <DecisionForm application={application} onDone={() => (next && application.status === 'SUBMITTED' ? onNext(next) : onClose())} /> : undefined}
    >
      {!application ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such application, or it belongs to another brand.</p> : <BlockSkeleton height={320} />
      ) : (
        <div className="grid">
          <Status tone={SAID[application.status].tone} detail={application.decidedAt ? `on ${formatDate(application.decidedAt)}` : `Sent ${formatRelative(application.createdAt)}, for ${application.program.name}`}>
            {SAID[application.status].words}
          </Status>
          {application.reason && <p className="mut">“{application.reason}”</p>}
          <section>
            <h3>What they would do</h3>
            <p style={{ marginTop: 4, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{application.plan || 'Nothing written.'}</p>
            {application.platforms.length > 0 && <p className="sm mut" style={{ marginTop: 6 }}>On {formatList(application.platforms.map(platformName))}</p>}
          </section>
          {application.program.questions.map((question, index) => (
            <section key={question}>
              <h3>{question}</h3>
              <p style={{ marginTop: 4, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{application.answers[index] || 'No answer.'}</p>
            </section>
          ))}
          <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
            <h3>Where they publish</h3>
            {application.creator.socialAccounts.length === 0 && <p className="mut" style={{ marginTop: 4 }}>No account was named.</p>}
            <ul className="grid" style={{ gap: 10, marginTop: 8 }}>
              {application.creator.socialAccounts.map((account) => (
                <li key={account.id} className="row g3">
                  <Icon name={platformIcon(account.platform)} />
                  <span className="grow">
                    <a className="lk" href={account.url} target="_blank" rel="noreferrer">@{account.handle}</a>
                    <span className="sm mut blk">
                      {formatNumber(account.followers)} followers{account.engagement > 0 && `, ${formatBasisPoints(account.engagement)} react`}
                    </span>
                  </span>
                  {account.verifiedAt ? <Chip tone="ok">Shown to be theirs</Chip> : <Chip>As they say</Chip>}
                </li>
              ))}
            </ul>
          </section>
          {(application.creator.bio || application.creator.niches.length > 0) && (
            <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
              <h3>About them</h3>
              {application.creator.bio && <p style={{ marginTop: 4, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{application.creator.bio}</p>}
              <div className="row g2 wrap" style={{ marginTop: 8 }}>
                {application.creator.niches.map((niche) => (
                  <Chip key={niche}>{niche}</Chip>
                ))}
              </div>
            </section>
          )}
          {application.status === 'APPROVED' && <Link className="lk" to={`${hat.base}/creators?creator=${application.creator.id}`}>Open the partnership</Link>}
        </div>
      )}
    </SidePanel>
  );
}

const DEEDS: Record<ApplicationDecision, { button: string; said: string; hint: string }> = {
  APPROVE: { button: 'Let them in', said: 'is in. They accept the terms next.', hint: 'A welcome, if you like. They read it.' },
  WAITLIST: { button: 'Decide later', said: 'is kept for later.', hint: 'What they may expect. They read it.' },
  DECLINE: { button: 'Decline', said: 'was declined.', hint: 'They read it, so say what would have to change.' },
};

function DecisionForm({ application, onDone }: { application: Application; onDone: () => void }) {
  const [, decide] = useMutation(DecideApplicationDocument);
  const [decision, setDecision] = useState<ApplicationDecision>('APPROVE');
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      if (decision === 'DECLINE' && reason.trim() === '') return [{ code: 'REQUIRED', message: 'Say why: the creator reads it.', field: ['reason'] }];
      const errors = errorsOf(await decide({ input: { applicationId: application.id, decision, reason: reason.trim() } }), (data) => data.decideApplication);
      if (errors.length === 0) {
        toast(`${application.creator.name} ${DEEDS[decision].said}`);
        onDone();
      }
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      <Segmented label="Decision" value={decision} options={[{ value: 'APPROVE', label: 'Let in' }, ...(application.status === 'SUBMITTED' ? [{ value: 'WAITLIST' as const, label: 'Later' }] : []), { value: 'DECLINE', label: 'Decline' }]} onChange={setDecision} />
      <TextArea label={decision === 'DECLINE' ? 'Why' : 'Words to the creator'} rows={3} hint={DEEDS[decision].hint} value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind={decision === 'DECLINE' ? 'danger' : 'primary'} type="submit" busy={form.busy}>
          {DEEDS[decision].button}
        </Button>
      </div>
    </form>
  );
}
