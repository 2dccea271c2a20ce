import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { WaitingReviewsDocument } from './reviews_document';

const FRESH = { additionalTypenames: ['Review'], requestPolicy: 'cache-first' as const };

/** How many reviews wait for a decision. */
export function useWaitingReviews(): number | null {
  const [{ data }] = useQuery({ query: WaitingReviewsDocument, variables: { brandId: useBrand().id }, context: FRESH });
  return data?.reviews.totalCount ?? null;
}
