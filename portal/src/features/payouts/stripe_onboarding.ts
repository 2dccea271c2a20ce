import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import { graphql } from '@/gql';

const StartOnboardingDocument = graphql(`
  mutation StartPayoutOnboarding($input: StartPayoutOnboardingInput) {
    startPayoutOnboarding(input: $input) {
      onboardingUrl
      payoutAccount {
        id
        status
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Begins or goes on at Stripe: fetches a page that works once and leaves the portal for it. */
export function useStripeOnboarding(): { start: (country?: string) => Promise<void>; busy: boolean; problems: string[] } {
  const [, begin] = useMutation(StartOnboardingDocument);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<string[]>([]);

  async function start(country?: string) {
    setBusy(true);
    setProblems([]);
    const result = await begin({ input: country ? { country } : null });
    const payload = result.data?.startPayoutOnboarding;
    if (result.error) setProblems([asTrouble(result.error).message]);
    else if (payload?.onboardingUrl && /^https?:\/\//i.test(payload.onboardingUrl)) {
      // The button stays busy while the browser leaves.
      window.location.assign(payload.onboardingUrl);
      return;
    } else setProblems(payload?.userErrors.map((entry) => entry.message) ?? ['Stripe gave no page to go to. Try again in a moment.']);
    setBusy(false);
  }

  return { start, busy, problems };
}
