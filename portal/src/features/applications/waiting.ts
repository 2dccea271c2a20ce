import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { graphql } from '@/gql';

const WaitingApplicationsDocument = graphql(`
  query WaitingApplications($brandId: ID!) {
    applications(brandId: $brandId, status: SUBMITTED, first: 1) {
      nodes {
        id
      }
      totalCount
    }
  }
`);

const FRESH = { additionalTypenames: ['Application'], requestPolicy: 'cache-first' as const };

/** How many applications wait for an answer. */
export function useWaitingApplications(): number | null {
  const [{ data }] = useQuery({ query: WaitingApplicationsDocument, variables: { brandId: useBrand().id }, context: FRESH });
  return data?.applications.totalCount ?? null;
}
