import { useParams } from 'react-router';
import { StripeAgain } from './stripe_again';
import { StripeReturn } from './stripe_return';

/** Where Stripe sends the creator: "again" when its page had run out, else back from it. */
export default function StripePage() {
  return useParams().step === 'again' ? <StripeAgain /> : <StripeReturn />;
}
