import { Button, ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { FormErrors } from '@/ui/form';
import { PageHead } from '@/ui/page_head';
import { useStripeOnboarding } from './stripe_onboarding';
import './payouts.css';

/** Stripe's page had been used or was too old: a new one is one press away. */
export function StripeAgain() {
  const { start, busy, problems } = useStripeOnboarding();
  return (
    <>
      <PageHead title="Stripe’s page has run out" crumbs={[{ label: 'Payouts', to: '/creator/payouts' }, { label: 'Stripe' }]} line="Each of its pages works once and for minutes. What you typed there is kept by Stripe." />
      <Card pad className="narrowcard">
        <FormErrors messages={problems} />
        <span className="row g2 wrap">
          <Button kind="primary" iconAfter="arrow-right" busy={busy} onClick={() => void start()}>
            Go on at Stripe
          </Button>
          <ButtonLink to="/creator/payouts">Later</ButtonLink>
        </span>
      </Card>
    </>
  );
}
