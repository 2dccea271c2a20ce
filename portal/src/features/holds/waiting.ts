import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';

const OpenHoldsDocument = graphql(`
  query OpenHolds($brandId: ID!) {
    holds(brandId: $brandId, status: OPEN, first: 100) {
      nodes {
        id
      }
    }
  }
`);

const FRESH = { additionalTypenames: ['Hold'], requestPolicy: 'cache-first' as const };

/** How many holds wait for a decision; a hundred stands for more. */
export function useOpenHolds(): number | null {
  const may = useMay();
  const [{ data }] = useQuery({ query: OpenHoldsDocument, variables: { brandId: useBrand().id }, context: FRESH, pause: !may('readHolds') });
  return data?.holds.nodes.length ?? null;
}
