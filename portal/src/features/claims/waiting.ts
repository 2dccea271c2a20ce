import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';

const OpenClaimsDocument = graphql(`
  query OpenClaims($brandId: ID!) {
    claims(brandId: $brandId, status: OPEN, first: 100) {
      nodes {
        id
      }
    }
  }
`);

const FRESH = { additionalTypenames: ['Claim'], requestPolicy: 'cache-first' as const };

/** How many claims wait for an answer; a hundred stands for more. */
export function useOpenClaims(): number | null {
  const may = useMay();
  const [{ data }] = useQuery({ query: OpenClaimsDocument, variables: { brandId: useBrand().id }, context: FRESH, pause: !may('readClaims') });
  return data?.claims.nodes.length ?? null;
}
