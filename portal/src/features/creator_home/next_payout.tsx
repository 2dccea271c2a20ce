import { useId } from 'react';
import type { CreatorHomeQuery, PlanPartsFragment } from '@/gql/graphql';
import { isPositive } from '@/lib/amount';
import { formatDate, formatMoney } from '@/lib/format';
import { Button, ButtonLink } from '@/ui/button';
import { FormErrors } from '@/ui/form';
import { Icon } from '@/ui/icon';
import { Status } from '@/ui/status';
import { AT_STRIPE, checksOf, leadingPlan, waitingWords } from '../payouts/payout_words';
import { useStripeOnboarding } from '../payouts/stripe_onboarding';
import { drawStreams, streamsOf, type Stream } from './payout_streams';

/** The next payout: how much, what still blocks it, and what flows into it. */
export function NextPayout({ plans, account }: { plans: readonly PlanPartsFragment[]; account: CreatorHomeQuery['payoutAccount'] }) {
  const { start, busy, problems } = useStripeOnboarding();
  const plan = leadingPlan(plans);
  if (!plan) {
    return (
      <section className="card hero one" aria-label="Next payout">
        <div>
          <span className="mut">Next payout</span>
          <p className="lead" style={{ marginTop: 4 }}>
            It comes from your first sale. Amounts wait here until the return period is over; then the brand pays them out.
          </p>
          <span className="row g2 wrap" style={{ marginTop: 12 }}>
            <ButtonLink small icon="link" to="/creator/links">
              Share a link
            </ButtonLink>
          </span>
        </div>
      </section>
    );
  }
  const ready = isPositive(plan.amount);
  const next = plan.upcoming[0];
  const checks = checksOf(plan);
  const atStripe = plan.blockers.some((blocker) => AT_STRIPE.includes(blocker.reason));
  const others = plans.filter((entry) => entry !== plan && (isPositive(entry.amount) || entry.upcoming.length > 0 || entry.blockers.length > 0));
  const streams = streamsOf(plan.amount, plan.upcoming);
  return (
    <section className="card hero" aria-label="Next payout">
      <div>
        <span className="mut">Next payout from {plan.brand.name}</span>
        <div className="amtline">
          <span className="amt n">{formatMoney(ready || !next ? plan.amount : next.amount)}</span>
          <span className="lead mut">{ready ? (plan.blockers.length === 0 ? 'ready to be paid' : 'ready, but it waits') : next ? `becomes ready on ${formatDate(next.date, 'weekday').replace(/ \d{4}$/, '')}` : 'nothing is ready'}</span>
        </div>
        {checks.length > 0 && (
          <ul className="list">
            {checks.map((check) => (
              <li key={check.words}>
                <Status tone={check.tone}>{check.words}</Status>
              </li>
            ))}
          </ul>
        )}
        {!ready && checks.length === 0 && (
          <ul className="list">
            <li>
              <Status tone="wait">On hold until the return period is over. Nothing to do.</Status>
            </li>
          </ul>
        )}
        <FormErrors messages={problems} />
        {atStripe &&
          (account ? (
            <Button small className="go" iconAfter="arrow-right" busy={busy} onClick={() => void start()}>
              Finish at Stripe
            </Button>
          ) : (
            // The country of the bank account cannot be changed later, so it is asked on the payouts' page.
            <span className="go blk">
              <ButtonLink small iconAfter="arrow-right" to="/creator/payouts">
                Set up payouts at Stripe
              </ButtonLink>
            </span>
          ))}
      </div>
      <div className="streams">
        {streams.length > 0 ? (
          <>
            <div className="no-ph">
              <Streams streams={streams} width={416} />
            </div>
            <div className="only-ph">
              <Streams streams={streams} width={326} />
            </div>
          </>
        ) : (
          <p className="mut">What you earn next flows in here.</p>
        )}
      </div>
      {others.map((other) => (
        <div key={`${other.brand.id}${other.amount.currencyCode}`} className="second">
          <Icon name="clock" />
          <span>
            <b className="b">
              {other.brand.name} {formatMoney(other.amount)}
            </b>{' '}
            {waitingWords(other)}
          </span>
        </div>
      ))}
    </section>
  );
}

const streamName = (stream: Stream) => (stream.date === null ? 'Ready now' : `From ${formatDate(stream.date, 'short')}`);

function Streams({ streams, width }: { streams: readonly Stream[]; width: number }) {
  const id = useId();
  const [left, join, wall] = [width > 400 ? 158 : 150, width - 136, width - 72];
  const drawing = drawStreams(streams, left, join, wall - 1.5);
  const words = `What flows into it: ${streams.map((stream) => `${streamName(stream)} ${formatMoney(stream.amount)}`).join(', ')}`;
  const last = streams[streams.length - 1];
  return (
    <svg width="100%" viewBox={`0 0 ${width} ${drawing.height}`} role="img" aria-label={words}>
      <defs>
        <linearGradient id={id} gradientUnits="userSpaceOnUse" x1={left} x2={wall}>
          <stop stopColor="var(--current)" />
          <stop offset=".6" stopColor="var(--river)" />
        </linearGradient>
      </defs>
      {drawing.streams.map((stream) =>
        stream.date === null ? (
          <path key="ready" d={stream.path} fill={`url(#${id})`} />
        ) : (
          // What has not happened yet is a pale fill with dashed edges.
          <g key={stream.date}>
            <path d={stream.path} fill="var(--river)" opacity=".1" />
            <path d={stream.edges} fill="none" stroke="var(--river)" strokeWidth="1" strokeDasharray="4 4" />
          </g>
        ),
      )}
      <line x1={wall} x2={wall} y1={drawing.top - 14} y2={drawing.bottom + 14} stroke="var(--ink)" strokeWidth="2.5" strokeLinecap="round" />
      {drawing.streams.map((stream) => (
        <g key={stream.date ?? 'ready'}>
          <text className="k" x="0" y={stream.y + 4}>
            {streamName(stream)}
          </text>
          <text className="s" x={left - 8} y={stream.y + 4} textAnchor="end">
            {formatMoney(stream.amount)}
          </text>
        </g>
      ))}
      {drawing.total && (
        <>
          <text className="s" x={width} y={drawing.height / 2 - 2} textAnchor="end">
            {formatMoney(drawing.total, { whole: true })}
          </text>
          <text x={width} y={drawing.height / 2 + 14} textAnchor="end">
            {last?.until ? `by ${formatDate(last.until, 'short')}` : 'now'}
          </text>
        </>
      )}
    </svg>
  );
}
