import { useQuery } from 'urql';
import { useRows } from '@/api/rows';
import type { CreatorPayoutListQuery, CreatorPayoutsQuery, PlanPartsFragment } from '@/gql/graphql';
import { formatAmounts, formatDate, formatMoney } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { Amount, Facts } from '@/ui/figures';
import { EmptyPage } from '@/ui/empty';
import { MoreRows } from '@/ui/loaded';
import { PageHead } from '@/ui/page_head';
import { BlockSkeleton, TableSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { DataTable, type Column } from '@/ui/table';
import { ErrorState } from '@/ui/trouble';
import { bankWords, checksOf, payoutWords } from './payout_words';
import { PayoutListDocument, PayoutsDocument } from './payouts_document';
import { StripeAccountCard } from './stripe_account_card';
import './payouts.css';

type Earnings = CreatorPayoutsQuery['earnings'][number];
type Payout = CreatorPayoutListQuery['payouts']['nodes'][number];

const CONTEXT = { additionalTypenames: ['PayoutAccount', 'Payout', 'Commission'] };
/** Payouts a page. */
const ROWS = 20;

/** What each brand owes, what still blocks it, where it goes, and what was paid. */
export default function PayoutsPage() {
  const [{ data, error }, again] = useQuery({ query: PayoutsDocument, context: CONTEXT });
  const list = useRows({ query: PayoutListDocument, variables: { first: ROWS }, pick: (answer) => answer.payouts, types: ['Payout'] });
  const nothing = data && data.earnings.length === 0 && list.rows?.length === 0;
  return (
    <>
      <PageHead title="Payouts" line="What each brand owes you, what still blocks it, and what was paid." />
      {error && !data ? (
        <Card label="Payouts">
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </Card>
      ) : !data ? (
        <div className="cols wide" role="status" aria-label="Loading">
          <BlockSkeleton height={220} />
          <BlockSkeleton height={220} />
        </div>
      ) : (
        <div className="cols wide">
          <div className="grid">
            {data.earnings.map((entry) => (
              <BrandBalance key={`${entry.brand.id}${entry.payable.currencyCode}`} earnings={entry} plan={planFor(data.payoutPlan, entry)} />
            ))}
            {nothing && (
              <EmptyPage
                title="Your first payout comes from your first sale"
                action={
                  <ButtonLink icon="link" to="/creator/links">
                    Share a link
                  </ButtonLink>
                }
                steps={[
                  { name: 'A sale is on hold', detail: 'Until the customer’s return period is over.' },
                  { name: 'It becomes ready', detail: 'The brand prepares a payout of everything that is ready.' },
                  { name: 'Stripe pays you', detail: 'So set up your account there in good time.' },
                ]}
              >
                Each brand pays for itself, in its own currency. Here you see where every amount stands.
              </EmptyPage>
            )}
          </div>
          <div className="grid paywhere">
            <StripeAccountCard key={data.payoutAccount?.id ?? 'none'} account={data.payoutAccount} country={data.viewer?.creator?.country ?? ''} />
          </div>
        </div>
      )}
      {!nothing && (
        <Card title="All payouts" className="mt">
          {list.error ? (
            <ErrorState error={list.error} onRetry={list.again} />
          ) : list.rows === null ? (
            <TableSkeleton rows={4} columns={4} />
          ) : list.rows.length === 0 ? (
            <p className="pad mut" style={{ paddingTop: 0 }}>
              Nothing was paid yet. The first payout stands here as soon as a brand prepares it.
            </p>
          ) : (
            <DataTable label="All payouts" rows={list.rows} columns={COLUMNS} rowKey={(row) => row.id} stickyHead={false} foot={<MoreRows shown={list.rows.length} total={list.total} one="payout" many="payouts" more={list.more} busy={list.loadingMore} />} />
          )}
        </Card>
      )}
    </>
  );
}

const planFor = (plans: readonly PlanPartsFragment[], earnings: Earnings): PlanPartsFragment | undefined => plans.find((plan) => plan.brand.id === earnings.brand.id && plan.amount.currencyCode === earnings.payable.currencyCode);

function BrandBalance({ earnings, plan }: { earnings: Earnings; plan: PlanPartsFragment | undefined }) {
  const checks = plan ? checksOf(plan) : [];
  return (
    <Card label={`${earnings.brand.name}, ${earnings.payable.currencyCode}`}>
      <div className="balance">
        <div className="row g3">
          <Avatar name={earnings.brand.name} brand size="l" />
          <h2 className="grow">{earnings.brand.name}</h2>
        </div>
        <div className="balanceparts">
          <div>
            <span className="mut">Ready to be paid</span>
            <span className="amt n blk">{formatMoney(earnings.payable)}</span>
            {checks.length > 0 && (
              <ul className="checks">
                {checks.map((check) => (
                  <li key={check.words}>
                    <Status tone={check.tone}>{check.words}</Status>
                  </li>
                ))}
              </ul>
            )}
          </div>
          <Facts
            items={[
              { name: 'On hold (return period)', value: <Amount value={earnings.pending} /> },
              { name: 'Under review', value: <Amount value={earnings.held} /> },
              { name: 'On its way', value: <Amount value={earnings.inTransit} /> },
              { name: 'Paid until now', value: <Amount value={earnings.paid} />, total: true },
            ]}
          />
        </div>
      </div>
      {plan && plan.upcoming.length > 0 && (
        <div className="note upcoming">
          <span className="mut nw">Becomes ready</span>
          <ul>
            {plan.upcoming.slice(0, 4).map((entry) => (
              <li key={entry.date}>
                <b className="b n">{formatMoney(entry.amount)}</b> <span className="mut">on {formatDate(entry.date)}</span>
              </li>
            ))}
          </ul>
        </div>
      )}
    </Card>
  );
}

const COLUMNS: Column<Payout>[] = [
  { key: 'when', head: 'When', nowrap: true, phone: 'time', cell: (row) => <span className="mut">{formatDate(row.paidAt ?? row.createdAt, 'full')}</span>, text: (row) => row.paidAt ?? row.createdAt },
  {
    key: 'brand',
    head: 'From',
    nowrap: true,
    phone: 'name',
    cell: (row) => (
      <span className="row g3">
        <Avatar name={row.brand.name} brand />
        <b className="b">{row.brand.name}</b>
      </span>
    ),
    text: (row) => row.brand.name,
  },
  {
    key: 'state',
    head: 'State',
    phone: 'state',
    cell: (row) => {
      const { tone, words } = payoutWords(row);
      const detail = tone === 'ok' ? bankWords(row.bankArrival) : formatAmounts(row.sentence);
      return (
        <Status tone={tone} detail={detail === words || `${words}.` === detail ? null : detail}>
          {words}
        </Status>
      );
    },
    text: (row) => payoutWords(row).words,
  },
  { key: 'amount', head: 'Amount', right: true, phone: 'amount', cell: (row) => <b className="b"><Amount value={row.amount} /></b>, text: (row) => formatMoney(row.amount) },
];
