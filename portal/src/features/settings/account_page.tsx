import { PageHead } from '@/ui/page_head';
import { Security } from './security';

/** How a person of a brand signs in. */
export default function AccountPage() {
  return (
    <>
      <PageHead title="Your account" line="How you sign in, in every brand that you work for." />
      <Security />
    </>
  );
}
