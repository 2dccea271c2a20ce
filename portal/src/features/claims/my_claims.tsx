import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useRows } from '@/api/rows';
import { formatDateTime, formatRelative } from '@/lib/format';
import { BlockSkeleton, Button, ButtonLink, Card, DataTable, Dialog, EmptyPage, ErrorState, FormErrors, Loaded, MoreRows, PageHead, ReasonForm, SidePanel, Status, TableSkeleton, toast, usePanel, useView, type Column } from '@/ui';
import { ClaimDocument, ClaimsDocument, CloseClaimDocument, ReopenClaimDocument } from './claim_document';
import { ClaimStory } from './claim_story';
import { aboutWords, claimSaid, dueWords, type Claim } from './claim_words';
import { MissingSale } from './missing_sale';

const ROWS = 25;

const columns: Column<Claim>[] = [
  { key: 'about', head: 'Which sale', cell: (row) => <b className="b">{aboutWords(row)}</b>, phone: 'name', text: aboutWords },
  { key: 'program', head: 'Program', cell: (row) => <>{row.program.name}<span className="sm dim blk">{row.brand.name}</span></>, text: (row) => `${row.brand.name}: ${row.program.name}` },
  { key: 'since', head: 'Since', nowrap: true, cell: (row) => <span className="mut">{formatRelative(row.createdAt)}</span>, phone: 'time', sort: (row) => row.createdAt, text: (row) => row.createdAt },
  { key: 'state', head: 'State', nowrap: true, cell: (row) => <Status tone={claimSaid(row, 'creator').tone} detail={dueWords(row)}>{claimSaid(row, 'creator').words}</Status>, phone: 'state', text: (row) => claimSaid(row, 'creator').words },
  { key: 'words', head: 'Where', phoneOnly: true, phone: 'sentence', cell: (row) => `${row.program.name}, ${dueWords(row)}` },
];

/** What the creator misses, and what brands said to it. */
export default function MyClaims() {
  const view = useView();
  const panel = usePanel();
  const list = useRows({ query: ClaimsDocument, variables: { first: ROWS }, pick: (data) => data.claims, types: ['Claim'] });
  const tell = (
    <Button kind="primary" icon="plus" onClick={() => view.set({ make: 'claim', open: null }, { push: true })}>
      A sale is missing
    </Button>
  );
  return (
    <>
      <PageHead title="Claims" crumbs={[{ label: 'Sales', to: '/creator/sales' }, { label: 'Claims' }]} line="Sales that you miss, and what the brands said to it." actions={(list.rows?.length ?? 0) > 0 && tell} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton rows={4} columns={4} /></Card>}>
        {(rows) =>
          rows.length > 0 ? (
            <Card label="Claims">
              <DataTable label="Claims" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} stickyHead={false} foot={<MoreRows shown={rows.length} total={list.total} one="claim" many="claims" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : (
            <EmptyPage
              title="You miss no sale so far"
              action={tell}
              steps={[
                { name: 'Say which order', detail: 'Its number, or its day and amount, and what speaks for you.' },
                { name: 'Read at once what was found', detail: 'Your clicks and codes before it, and why they counted or not.' },
                { name: 'The brand answers', detail: 'In words, within the time that it promised.' },
              ]}
            >
              When somebody bought because of you and it does not stand under your sales, say so here.
            </EmptyPage>
          )
        }
      </Loaded>
      {view.get('make') === 'claim' && <MissingSale onClose={() => view.set({ make: null })} onMade={(id) => view.set({ make: null, open: id })} />}
      {panel.open && <ClaimPanel key={panel.open} id={panel.open} known={list.rows?.find((row) => row.id === panel.open)} onClose={panel.close} />}
    </>
  );
}

function ClaimPanel({ id, known, onClose }: { id: string; known: Claim | undefined; onClose: () => void }) {
  const [{ data, error }, read] = useQuery({ query: ClaimDocument, variables: { id }, pause: known !== undefined });
  const claim = known ?? (data?.node?.__typename === 'Claim' ? data.node : undefined);
  return (
    <SidePanel
      label={claim ? `Claim about ${aboutWords(claim)}` : 'Claim'}
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">{claim ? aboutWords(claim) : 'Claim'}</b>
          {claim && <span className="sm dim">{claim.program.name}, {claim.brand.name}</span>}
        </span>
      }
      foot={claim?.status === 'ANSWERED' ? <AfterAnswer claim={claim} /> : claim?.order ? <ButtonLink wide to={`/creator/sales/${claim.order.id}`}>See the sale</ButtonLink> : undefined}
    >
      {!claim ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such claim of yours.</p> : <BlockSkeleton height={240} />
      ) : (
        <div className="grid">
          <Status tone={claimSaid(claim, 'creator').tone} detail={claim.status === 'OPEN' ? `${claim.brand.name} promised an answer by ${formatDateTime(claim.answerDueAt, 'short')}` : undefined}>
            {claimSaid(claim, 'creator').words}
          </Status>
          <ClaimStory claim={claim} side="creator" />
        </div>
      )}
    </SidePanel>
  );
}

/** After an answer that declines: ask again once, or let it rest. */
function AfterAnswer({ claim }: { claim: Claim }) {
  const [asking, setAsking] = useState(false);
  const [, reopen] = useMutation(ReopenClaimDocument);
  const [, close] = useMutation(CloseClaimDocument);
  const rest = useDeed();
  const letRest = async () => {
    if (await rest.run(async () => errorsOf(await close({ input: { claimId: claim.id } }), (data) => data.closeClaim))) toast('Closed.');
  };
  return (
    <div className="grid" style={{ gap: 12 }}>
      <FormErrors messages={rest.messages} />
      <div className="row g2">
        {claim.canReopen && (
          <Button kind="primary" onClick={() => setAsking(true)}>
            Ask again
          </Button>
        )}
        <Button busy={rest.busy} onClick={() => void letRest()}>
          Let it rest
        </Button>
      </div>
      <Dialog open={asking} onClose={() => setAsking(false)} title="Ask again">
        <ReasonForm
          reader={claim.brand.name}
          button="Ask again"
          kind="primary"
          leave="Not now"
          onClose={() => setAsking(false)}
          send={async (reason) => {
            const errors = errorsOf(await reopen({ input: { claimId: claim.id, reason } }), (data) => data.reopenClaim);
            if (errors.length === 0) toast(`${claim.brand.name} looks at it again.`);
            return errors;
          }}
        >
          You can ask again once. Say what the brand has not seen.
        </ReasonForm>
      </Dialog>
    </div>
  );
}
