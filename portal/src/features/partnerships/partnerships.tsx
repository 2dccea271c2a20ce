import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand, useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { formatCount } from '@/figures/measure';
import { graphql } from '@/gql';
import type { PartnershipQuery, PartnershipsQuery, PauseKind } from '@/gql/graphql';
import { countryName } from '@/lib/country';
import { formatBasisPoints, formatDate, formatList, formatMoney, formatNumber, toDrawing } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { BlockSkeleton, Button, ButtonLink, Card, Chip, CopyButton, DataTable, EmptyPage, ErrorState, Facts, FilterSelect, FormErrors, Loaded, MoreRows, PageHead, PanelPerson, Person, Segmented, SelectField, SidePanel, Status, TableMenu, TableSkeleton, TextArea, toast, useForm, usePanel, useView, type Column } from '@/ui';
import { OwnPurchases } from '../guard/own_purchases';
import { CustomerNames } from './customer_names';
import { ProgramChoiceDocument } from '../brand_programs/program_choice';
import { movesFrom, PARTNERSHIP_STATES, partnershipSaid, PAUSE_KINDS, stageName } from './partnership_words';

const PartnershipsDocument = graphql(`
  query Partnerships($brandId: ID!, $programId: ID, $status: PartnershipStatus, $first: Int, $after: String) {
    partnerships(brandId: $brandId, programId: $programId, status: $status, first: $first, after: $after) {
      nodes {
        id
        status
        stage
        pauseKind
        statusReason
        statusSince
        createdAt
        program {
          id
          name
        }
        creator {
          id
          name
          handle
        }
        totals {
          ...FigureFields
        }
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

const PartnershipDocument = graphql(`
  query Partnership($id: ID!) {
    partnership(id: $id) {
      id
      status
      stage
      pauseKind
      statusReason
      statusSince
      acceptedTermsVersion
      aliases
      createdAt
      activatedAt
      program {
        id
        name
        terms {
          id
          version
        }
        offer {
          id
          sentence
        }
      }
      creator {
        ...CreatorReach
      }
      links(first: 20) {
        nodes {
          id
          url
          platform
          label
          archivedAt
          totals {
            clicks
            orders
          }
        }
        totalCount
      }
      codes {
        id
        code
        discount
        archivedAt
      }
      totals {
        ...FigureFields
      }
    }
  }
`);

const SetPartnershipStatusDocument = graphql(`
  mutation SetPartnershipStatus($input: SetPartnershipStatusInput!) {
    setPartnershipStatus(input: $input) {
      partnership {
        id
        status
        pauseKind
        statusReason
        statusSince
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Row = PartnershipsQuery['partnerships']['nodes'][number];
type Partnership = NonNullable<PartnershipQuery['partnership']>;

const columns: Column<Row>[] = [
  { key: 'creator', head: 'Creator', cell: (row) => <Person name={row.creator.name} detail={`@${row.creator.handle}`} />, phone: 'name', sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'program', head: 'Program', cell: (row) => <span className="mut">{row.program.name}</span>, text: (row) => row.program.name },
  { key: 'state', head: 'State', cell: (row) => <Status tone={partnershipSaid(row.status).tone} icon={partnershipSaid(row.status).icon}>{row.status === 'ACTIVE' ? `${partnershipSaid(row.status).words}, ${stageName(row.stage).toLowerCase()}` : partnershipSaid(row.status).words}</Status>, phone: 'state', nowrap: true, text: (row) => partnershipSaid(row.status).words },
  { key: 'clicks', head: 'Clicks', right: true, cell: (row) => formatNumber(row.totals.clicks), sort: (row) => row.totals.clicks, text: (row) => String(row.totals.clicks) },
  { key: 'orders', head: 'Orders', right: true, cell: (row) => formatCount(row.totals.orders), sort: (row) => row.totals.orders, text: (row) => String(row.totals.orders) },
  { key: 'conversion', head: 'Conversion', right: true, cell: (row) => (row.totals.conversion == null ? <span className="dim">–</span> : formatBasisPoints(row.totals.conversion)), sort: (row) => row.totals.conversion ?? null, optional: true },
  { key: 'commission', head: 'Commission', right: true, cell: (row) => formatMoney(row.totals.commission, { whole: true }), sort: (row) => toDrawing(row.totals.commission), text: (row) => row.totals.commission.amount },
  { key: 'revenue', head: 'Revenue', right: true, cell: (row) => <b className="b">{formatMoney(row.totals.revenue, { whole: true })}</b>, phone: 'amount', sort: (row) => toDrawing(row.totals.revenue), text: (row) => row.totals.revenue.amount },
  { key: 'line', head: 'Facts', phoneOnly: true, phone: 'sentence', cell: (row) => `${row.program.name}: ${formatNumber(row.totals.clicks)} clicks, ${formatCount(row.totals.orders)} orders` },
];

/** Creators in the brand's programs, with what they brought in all time. */
export default function Partnerships() {
  const brand = useBrand();
  const { hat } = useFrame();
  const view = useView();
  const panel = usePanel();
  const [programs] = useQuery({ query: ProgramChoiceDocument, variables: { brandId: brand.id } });
  const program = programs.data?.programs.nodes.find((entry) => entry.slug === view.get('program'));
  const status = PARTNERSHIP_STATES.find((entry) => entry.value === view.get('state'))?.value ?? null;
  const list = useRows({ query: PartnershipsDocument, variables: { brandId: brand.id, programId: program?.id ?? null, status, first: 50 }, pick: (data) => data.partnerships, types: ['Partnership'], pause: view.get('program') !== '' && !programs.data });
  const creator = view.get('creator');
  const rows = list.rows && creator ? list.rows.filter((row) => row.creator.id === creator) : list.rows;
  const narrowed = status !== null || program !== undefined || creator !== '';
  const named = creator ? rows?.[0]?.creator.name : undefined;
  return (
    <>
      <PageHead title="Creators" line="Who is in your programs, how it stands with them, and what they brought. Figures of all time." />
      <div className="tools">
        {(programs.data?.programs.nodes.length ?? 0) > 1 && <FilterSelect name="Program" value={view.get('program')} options={[{ value: '', label: 'All' }, ...(programs.data?.programs.nodes ?? []).map((entry) => ({ value: entry.slug, label: entry.name }))]} onChange={(value) => view.set({ program: value || null })} />}
        <FilterSelect name="State" value={status ?? ''} options={[{ value: '', label: 'All' }, ...PARTNERSHIP_STATES]} onChange={(value) => view.set({ state: value || null })} />
        {creator && (
          <Button small iconAfter="close" onClick={() => view.set({ creator: null })}>
            Only {named ?? 'one creator'}
          </Button>
        )}
        {rows && rows.length > 0 && <TableMenu columns={columns} rows={rows} fileName="creators" />}
      </div>
      <Loaded data={rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={6} /></Card>}>
        {(found) =>
          found.length > 0 ? (
            <Card label="Creators">
              <DataTable label="Creators" rows={found} columns={columns} rowKey={(row) => row.id} defaultSort="-revenue" onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={found.length} total={creator ? null : list.total} one="creator" many="creators" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : narrowed ? (
            <Card pad>
              <p className="mut">Nobody answers to that. Take the filters out to see everybody.</p>
            </Card>
          ) : (
            <EmptyPage
              title="No creator is in a program yet"
              solid={1}
              action={<ButtonLink kind="primary" icon="board" to={`${hat.base}/pipeline`}>Find creators</ButtonLink>}
              steps={[
                { name: 'Creators apply', detail: 'On the public page of a program. You answer under Applications.' },
                { name: 'They accept the terms', detail: 'From then on their links and codes earn.' },
                { name: 'You see what they bring', detail: 'Clicks, orders, revenue and commission, for each of them.' },
              ]}
            >
              Everybody who is let in stands here, with what they brought.
            </EmptyPage>
          )
        }
      </Loaded>
      {panel.open && <PartnershipPanel key={panel.open} id={panel.open} onClose={panel.close} />}
    </>
  );
}

function PartnershipPanel({ id, onClose }: { id: string; onClose: () => void }) {
  const { hat } = useFrame();
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: PartnershipDocument, variables: { id } });
  const partnership = data?.partnership;
  const creator = partnership?.creator;
  const moves = partnership && may('writeCreators') ? movesFrom(partnership.status) : [];
  return (
    <SidePanel
      label={creator?.name ?? 'Partnership'}
      onClose={onClose}
      head={<PanelPerson name={creator?.name}>{creator && `@${creator.handle}, ${countryName(creator.country)}`}</PanelPerson>}
      foot={partnership && moves.length > 0 ? <MoveForm key={partnership.status} partnership={partnership} moves={moves} /> : undefined}
    >
      {!partnership ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such partnership, or it belongs to another brand.</p> : <BlockSkeleton height={320} />
      ) : (
        <div className="grid">
          <div>
            <Status tone={partnershipSaid(partnership.status).tone} icon={partnershipSaid(partnership.status).icon} detail={`Since ${formatDate(partnership.statusSince)}${partnership.pauseKind ? `: ${(PAUSE_KINDS.find((kind) => kind.value === partnership.pauseKind)?.label ?? '').toLowerCase()}` : ''}`}>
              {partnershipSaid(partnership.status).words}
            </Status>
            {partnership.statusReason && <p className="mut" style={{ marginTop: 8 }}>“{partnership.statusReason}”</p>}
          </div>
          <Facts
            items={[
              { name: 'Program', value: partnership.program.name },
              { name: 'Came in', value: formatDate(partnership.createdAt) },
              { name: 'How settled', value: stageName(partnership.stage) },
              { name: 'Terms accepted', value: partnership.acceptedTermsVersion === 0 ? 'Not yet' : `Version ${partnership.acceptedTermsVersion}${partnership.program.terms && partnership.program.terms.version > partnership.acceptedTermsVersion ? `, version ${partnership.program.terms.version} is new` : ''}` },
              ...(partnership.creator.socialAccounts.length > 0 ? [{ name: 'Publishes on', value: formatList([...new Set(partnership.creator.socialAccounts.map((account) => platformName(account.platform)))]) }] : []),
            ]}
          />
          {partnership.program.offer && <p className="mut">{partnership.program.offer.sentence}</p>}
          <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
            <h3 style={{ marginBottom: 10 }}>What they brought</h3>
            <Facts
              items={[
                { name: 'Clicks', value: formatNumber(partnership.totals.clicks) },
                { name: 'Orders', value: formatCount(partnership.totals.orders) },
                { name: 'New customers', value: formatCount(partnership.totals.newCustomers) },
                { name: 'Revenue', value: formatMoney(partnership.totals.revenue) },
                { name: 'Refunds', value: formatMoney(partnership.totals.refunds) },
                { name: 'Commission', value: formatMoney(partnership.totals.commission), total: true },
              ]}
            />
            <Link className="lk sm blk" style={{ marginTop: 10 }} to={`${hat.base}/performance`}>
              Compare in Performance
            </Link>
          </section>
          <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
            <h3>Links and codes</h3>
            {partnership.links.nodes.length === 0 && partnership.codes.length === 0 && <p className="mut" style={{ marginTop: 4 }}>None yet. The creator makes them.</p>}
            <ul className="grid" style={{ gap: 8, marginTop: 8 }}>
              {partnership.codes.map((code) => (
                <li key={code.id} className="row g2">
                  <Chip tone={code.archivedAt ? 'quiet' : 'ok'}>{code.code}</Chip>
                  <span className="sm mut grow">{code.archivedAt ? 'Ended' : code.discount > 0 ? `Shoppers save ${formatBasisPoints(code.discount)}` : 'No discount'}</span>
                </li>
              ))}
              {partnership.links.nodes.map((link) => (
                <li key={link.id} className="row g2">
                  <span className="grow">
                    <b className="b ell blk">{link.label || platformName(link.platform)}</b>
                    <span className="sm mut ell blk">
                      {formatNumber(link.totals.clicks)} clicks, {formatCount(link.totals.orders)} orders{link.archivedAt ? ', archived' : ''}
                    </span>
                  </span>
                  <CopyButton text={link.url} label={`Copy the link ${link.label || platformName(link.platform)}`} />
                </li>
              ))}
            </ul>
          </section>
          <CustomerNames partnershipId={partnership.id} name={partnership.creator.name} aliases={partnership.aliases} />
          <OwnPurchases partnershipId={partnership.id} name={partnership.creator.name} />
        </div>
      )}
    </SidePanel>
  );
}

const MOVES = {
  PAUSED: { label: 'Pause', button: 'Pause the partnership', follows: 'Links still lead on, but nothing new counts until you go on. What is earned stays.', said: 'is paused' },
  ACTIVE: { label: 'Go on', button: 'Go on', follows: 'Links and codes count again from now.', said: 'is active again' },
  RETIRING: { label: 'End it', button: 'End the partnership', follows: 'Links still earn through the notice, then stop counting. What is earned is paid.', said: 'ends after the notice' },
} as const;

function MoveForm({ partnership, moves }: { partnership: Partnership; moves: ('PAUSED' | 'ACTIVE' | 'RETIRING')[] }) {
  const [, change] = useMutation(SetPartnershipStatusDocument);
  const [picked, setPicked] = useState<'PAUSED' | 'ACTIVE' | 'RETIRING' | null>(null);
  const form = useForm({
    initial: { reason: '', pauseKind: 'BRAND' as PauseKind },
    async send({ reason, pauseKind }) {
      if (!picked) return null;
      const errors = errorsOf(await change({ input: { partnershipId: partnership.id, status: picked, pauseKind: picked === 'PAUSED' ? pauseKind : null, reason: reason.trim() } }), (data) => data.setPartnershipStatus);
      if (errors.length === 0) toast(`${partnership.creator.name} ${MOVES[picked].said}`);
      return errors;
    },
  });
  if (!picked) {
    return (
      <div className="row g2">
        {moves.map((move) => (
          <Button key={move} kind={move === 'ACTIVE' ? 'primary' : 'plain'} onClick={() => setPicked(move)}>
            {MOVES[move].label}
          </Button>
        ))}
      </div>
    );
  }
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      <Segmented label="What to do" value={picked} options={moves.map((move) => ({ value: move, label: MOVES[move].label }))} onChange={setPicked} />
      <p className="sm mut">{MOVES[picked].follows}</p>
      {picked === 'PAUSED' && <SelectField label="Because" value={form.values.pauseKind} options={PAUSE_KINDS} onValue={(value) => form.set('pauseKind', value as PauseKind)} error={form.errorAt('pauseKind')} />}
      <TextArea label="Words to the creator" rows={3} hint="They read it." value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind={picked === 'ACTIVE' ? 'primary' : 'danger'} type="submit" busy={form.busy}>
          {MOVES[picked].button}
        </Button>
        <Button onClick={() => setPicked(null)}>Leave it</Button>
      </div>
    </form>
  );
}
