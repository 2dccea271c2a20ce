import { useParams } from 'react-router';
import { useQuery } from 'urql';
import { formatDate, formatDateTime, formatMoney, formatPpm } from '@/lib/format';
import { SaleRiver } from '@/river/sale_river';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { Facts } from '@/ui/figures';
import { EmptyPage } from '@/ui/empty';
import { PageHead } from '@/ui/page_head';
import { BlockSkeleton, Skeleton, TableSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { ErrorState } from '@/ui/trouble';
import { Computation } from './computation';
import { SaleDocument } from './sale_document';
import { mainCommission, riverOf, type Sale, type SaleCommission } from './sale_river_data';
import { countedWords } from './sale_words';
import { whatCouldChange } from './what_could_change';
import './sale.css';

const lowerFirst = (text: string) => text.charAt(0).toLocaleLowerCase() + text.slice(1);

/** One sale: the river, the reckoning line by line, the dates, and what could still change. */
export default function SalePage() {
  const { order: id = '' } = useParams();
  const [{ data, error }, again] = useQuery({ query: SaleDocument, variables: { id } });
  if (error && !data) {
    return (
      <>
        <PageHead title="Sale" crumbs={[{ label: 'Sales', to: '/creator/sales' }, { label: 'Sale' }]} />
        <Card label="Sale">
          <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
        </Card>
      </>
    );
  }
  if (!data) return <SaleSkeleton />;
  const sale = data.order;
  if (!sale) {
    return (
      <>
        <PageHead title="Sale" crumbs={[{ label: 'Sales', to: '/creator/sales' }, { label: 'Sale' }]} />
        <EmptyPage title="This sale is not here" action={<ButtonLink kind="primary" to="/creator/sales">All your sales</ButtonLink>}>
          It does not exist, or none of your links and codes had a part in it.
        </EmptyPage>
      </>
    );
  }
  const blockers = data.payoutPlan.find((plan) => plan.brand.id === sale.brand.id)?.blockers ?? [];
  // The minimum and the brand's own work do not concern one sale.
  const blocking = blockers.filter((blocker) => blocker.reason === 'NO_PAYOUT_ACCOUNT' || blocker.reason === 'TRANSFERS_INACTIVE' || blocker.reason === 'CURRENCY_UNSUPPORTED');
  return <SaleStory sale={sale} blocking={blocking} />;
}

function SaleStory({ sale, blocking }: { sale: Sale; blocking: readonly { sentence: string }[] }) {
  const commission = mainCommission(sale);
  const river = riverOf(sale, blocking.length > 0);
  const others = sale.commissions.filter((entry) => entry !== commission);
  return (
    <>
      <PageHead
        title={`Sale of ${formatDate(sale.placedAt)}`}
        crumbs={[{ label: 'Sales', to: '/creator/sales' }, { label: `Order ${sale.name}` }]}
        line={
          commission ? (
            <>
              Order {sale.name} at {sale.brand.name}. You earn <b className="n">{formatMoney(commission.amount)}</b>, {lowerFirst(commission.sentence).replace(/\.$/, '')}.
            </>
          ) : (
            `Order ${sale.name} at ${sale.brand.name}. It earns nothing for you.`
          )
        }
      />
      <Card label="How this sale came to you">
        <div className="rh">
          <h2>{commission ? 'How this sale came to you' : 'Why this sale did not come to you'}</h2>
          {sale.attribution && (
            <>
              <span className="mut grow">
                {countedWords(sale.attribution.touches)} {sale.attribution.rule}
              </span>
              <span className="sm dim nw">
                {sale.brand.name}’s policy, version {sale.attribution.policy.version}
              </span>
            </>
          )}
        </div>
        {river ? (
          <div className="rbody">
            <SaleRiver data={river} />
          </div>
        ) : (
          <p className="pad mut">The order came in a moment ago. Who gets the credit is decided within a minute; load the page again then.</p>
        )}
      </Card>
      <div className="cols wide mt">
        <div className="grid">
          {commission && (
            <Card title={`How your ${formatMoney(commission.amount)} was computed`}>
              <Computation sale={sale} commission={commission} />
            </Card>
          )}
          {others.map((entry) => (
            <Card key={entry.id} title={`${formatMoney(entry.amount)} more from ${entry.program.name}`}>
              <Computation sale={sale} commission={entry} />
            </Card>
          ))}
          {commission && (
            <Card title="What could still change" pad>
              <p className="measure">{whatCouldChange(commission)}</p>
              {blocking.map((blocker) => (
                <p key={blocker.sentence} className="saleblock">
                  <Status tone="bad">{blocker.sentence}</Status>
                </p>
              ))}
              {blocking.length > 0 && (
                <ButtonLink small to="/creator/payouts">
                  See what blocks the payout
                </ButtonLink>
              )}
            </Card>
          )}
        </div>
        <div className="grid">
          <Card title="Dates" pad>
            <Facts items={datesOf(sale, commission)} />
          </Card>
          {commission && (
            <Card title="In this program" pad>
              <Facts
                items={[
                  { name: 'Program', value: commission.program.name },
                  { name: 'Your part of the credit', value: formatPpm(commission.creditPpm) },
                  { name: 'Links count for', value: `${commission.program.clickWindowDays} days` },
                  { name: 'Return period', value: `${commission.program.holdDays} days` },
                ]}
              />
            </Card>
          )}
        </div>
      </div>
    </>
  );
}

function datesOf(sale: Sale, commission: SaleCommission | null): { name: string; value: string }[] {
  const dates = [
    { name: 'Ordered', value: formatDateTime(sale.placedAt, 'full') },
    { name: 'Paid', value: sale.paidAt ? formatDateTime(sale.paidAt, 'full') : 'Not yet' },
  ];
  if (commission && commission.status !== 'REVERSED' && commission.status !== 'VOID' && commission.status !== 'WAITING') {
    const over = commission.status === 'APPROVED' || commission.status === 'PAID';
    dates.push({ name: over ? 'Return period ended' : 'Return period ends', value: formatDate(commission.approvedAt ?? commission.holdUntil, 'full') });
  }
  for (const refund of sale.refunds) dates.push({ name: `Sent back, ${formatMoney(refund.amount)}`, value: formatDate(refund.refundedAt, 'full') });
  if (commission?.paidAt) dates.push({ name: 'Paid to you', value: formatDate(commission.paidAt, 'full') });
  return dates;
}

function SaleSkeleton() {
  return (
    <div role="status" aria-label="Loading">
      <Skeleton width={140} height={12} />
      <Skeleton width={260} height={28} style={{ marginTop: 10 }} />
      <Skeleton width={420} style={{ maxWidth: '100%', margin: '12px 0 20px' }} />
      <div className="card pad">
        <BlockSkeleton height={340} />
      </div>
      <div className="card mt">
        <TableSkeleton rows={5} columns={4} />
      </div>
    </div>
  );
}
