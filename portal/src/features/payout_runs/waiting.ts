import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { graphql } from '@/gql';

const WaitingRunsDocument = graphql(`
  query WaitingRuns($brandId: ID!) {
    payoutRuns(brandId: $brandId, first: 20) {
      nodes {
        id
        status
      }
    }
  }
`);

const NEW_RUNS = { additionalTypenames: ['PayoutRun'], requestPolicy: 'cache-first' as const };

/** How many of the latest runs wait for somebody: for approval, to be sent, or to go on. */
export function useRunsToMove(): number | null {
  const [{ data }] = useQuery({ query: WaitingRunsDocument, variables: { brandId: useBrand().id }, context: NEW_RUNS });
  if (!data) return null;
  return data.payoutRuns.nodes.filter(({ status }) => status === 'PREPARED' || status === 'APPROVED' || status === 'PAUSED').length;
}
