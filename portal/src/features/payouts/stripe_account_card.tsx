import { useState } from 'react';
import type { CreatorPayoutsQuery } from '@/gql/graphql';
import { countryName, countryOptions } from '@/lib/country';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { FormErrors, SelectField } from '@/ui/form';
import { Status } from '@/ui/status';
import { accountWords } from './payout_words';
import { useStripeOnboarding } from './stripe_onboarding';

/** Where the creator is paid: what Stripe still needs, and the way there. */
export function StripeAccountCard({ account, country }: { account: CreatorPayoutsQuery['payoutAccount']; /** Where the creator lives. */ country: string }) {
  const { start, busy, problems } = useStripeOnboarding();
  const [chosen, setChosen] = useState(country);
  if (!account || account.status === 'DISCONNECTED') {
    return (
      <Card title="Where you are paid" pad className="stripecard">
        <p className="mut measure">Stripe pays you. It asks who you are and for your bank account; brands and Tributary never see those. It takes about five minutes.</p>
        <SelectField label="Country of your bank account" hint="It cannot be changed later." options={countryOptions()} value={chosen} onValue={setChosen} />
        <FormErrors messages={problems} />
        <Button kind="primary" iconAfter="arrow-right" busy={busy} onClick={() => void start(chosen)}>
          Set up payouts at Stripe
        </Button>
      </Card>
    );
  }
  const { tone, words } = accountWords(account.status);
  const ready = account.status === 'ENABLED' && account.requirementsDue.length === 0;
  return (
    <Card title="Where you are paid" pad className="stripecard">
      <Status tone={tone} detail={`Your Stripe account in ${countryName(account.country)}${account.status === 'ENABLED' && !account.payoutsEnabled ? '. Stripe does not pay on to your bank yet' : ''}`}>
        {words}
      </Status>
      {account.requirementsDue.length > 0 && (
        <ul className="needs">
          {account.requirementsDue.map((need) => (
            <li key={need}>{need}</li>
          ))}
        </ul>
      )}
      {!ready && account.nextStep && <p className="mut measure">{account.nextStep}</p>}
      <FormErrors messages={problems} />
      {!ready && (
        <Button kind="primary" iconAfter="arrow-right" busy={busy} onClick={() => void start()}>
          Finish at Stripe
        </Button>
      )}
    </Card>
  );
}
