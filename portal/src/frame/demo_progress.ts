import { useEffect } from 'react';
import { useQuery } from 'urql';
import { graphql } from '@/gql';

/** How often the progress is asked for while the demo is made, milliseconds. */
const ASK_EVERY_MS = 2000;

const DemoProgressDocument = graphql(`
  query DemoProgress {
    deployment {
      demoLogins
      demoProgress
    }
  }
`);

/** The demo: how far it is while it is made, in words, and which accounts of it there are to sign in with. */
export function useDemo(): { progress: string | null; logins: string[] } {
  const [{ data, fetching }, ask] = useQuery({ query: DemoProgressDocument });
  const progress = data?.deployment.demoProgress ?? null;
  useEffect(() => {
    if (progress === null || fetching) return undefined;
    const timer = setTimeout(() => ask({ requestPolicy: 'network-only' }), ASK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [progress, fetching, ask]);
  return { progress, logins: data?.deployment.demoLogins ?? [] };
}
