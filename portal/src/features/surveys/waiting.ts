import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';

const UnclearAnswersDocument = graphql(`
  query UnclearAnswers($brandId: ID!) {
    surveyQueue(brandId: $brandId, status: UNCLEAR, first: 100) {
      nodes {
        id
      }
    }
  }
`);

const FRESH = { additionalTypenames: ['SurveyAnswer'], requestPolicy: 'cache-first' as const };

/** How many answers wait for a person; a hundred stands for more. */
export function useUnclearAnswers(): number | null {
  const may = useMay();
  const [{ data }] = useQuery({ query: UnclearAnswersDocument, variables: { brandId: useBrand().id }, context: FRESH, pause: !may('readCustomers') });
  return data?.surveyQueue.nodes.length ?? null;
}
