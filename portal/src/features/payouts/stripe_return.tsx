import { useEffect } from 'react';
import { useQuery } from 'urql';
import { graphql } from '@/gql';
import { ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { PageHead } from '@/ui/page_head';
import { BlockSkeleton } from '@/ui/skeleton';
import { ErrorState } from '@/ui/trouble';
import { StripeAccountCard } from './stripe_account_card';
import './payouts.css';

const StripeReturnDocument = graphql(`
  query StripeReturn {
    payoutAccount {
      ...PayoutAccountFields
    }
    viewer {
      creator {
        id
        country
      }
    }
  }
`);

/** Stripe tells us by webhook, a little later than the browser comes back: asked this often, milliseconds, and this many times. */
const ASK_EVERY_MS = 2_000;
const ASK_TIMES = 15;

/** Where Stripe sends the creator back to: what it knows now, kept fresh until it is done. */
export function StripeReturn() {
  const [{ data, error }, again] = useQuery({ query: StripeReturnDocument, requestPolicy: 'network-only' });
  const enabled = data?.payoutAccount?.status === 'ENABLED';

  useEffect(() => {
    if (enabled) return;
    let left = ASK_TIMES;
    const timer = setInterval(() => {
      left -= 1;
      if (left <= 0) clearInterval(timer);
      again({ requestPolicy: 'network-only' });
    }, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, [enabled, again]);

  return (
    <>
      <PageHead title={enabled ? 'You can be paid' : 'Back from Stripe'} crumbs={[{ label: 'Payouts', to: '/creator/payouts' }, { label: 'Stripe' }]} line={enabled ? 'Everything that is ready goes out with the brand’s next payout.' : 'Stripe checks what you sent. That takes from seconds to a day; this page follows.'} />
      <div className="narrowcard" aria-live="polite">
        {data ? (
          <StripeAccountCard key={data.payoutAccount?.id ?? 'none'} account={data.payoutAccount} country={data.viewer?.creator?.country ?? ''} />
        ) : error ? (
          <Card label="Stripe">
            <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} />
          </Card>
        ) : (
          <BlockSkeleton height={180} />
        )}
        <p className="mt">
          <ButtonLink to="/creator/payouts" icon="wallet">
            Your payouts
          </ButtonLink>
        </p>
      </div>
    </>
  );
}
