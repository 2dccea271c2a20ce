import { graphql } from '@/gql';

/** What a list of reviews and the panel of one show. */
export const ReviewFields = graphql(`
  fragment ReviewFields on Review {
    id
    fromAt
    toAt
    recommendation
    reasons
    status
    decision
    words
    decidedAt
    figures {
      ...FigureFields
    }
    medians {
      ...FigureFields
    }
    partnership {
      id
      stage
      status
      activatedAt
      program {
        id
        name
      }
      creator {
        id
        name
        handle
      }
    }
  }
`);

export const ReviewsDocument = graphql(`
  query Reviews($brandId: ID!, $status: ReviewStatus, $first: Int, $after: String) {
    reviews(brandId: $brandId, status: $status, first: $first, after: $after) {
      nodes {
        ...ReviewFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

export const ReviewDocument = graphql(`
  query Review($id: ID!) {
    node(id: $id) {
      id
      ... on Review {
        ...ReviewFields
      }
    }
  }
`);

/** How many reviews wait for a decision. */
export const WaitingReviewsDocument = graphql(`
  query WaitingReviews($brandId: ID!) {
    reviews(brandId: $brandId, status: DUE, first: 1) {
      nodes {
        id
      }
      totalCount
    }
  }
`);

export const DecideReviewDocument = graphql(`
  mutation DecideReview($input: DecideReviewInput!) {
    decideReview(input: $input) {
      review {
        ...ReviewFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** The creator's own reviews, once the brand has decided. */
export const MyReviewsDocument = graphql(`
  query CreatorReviews($first: Int!, $after: String) {
    reviews(first: $first, after: $after) {
      nodes {
        id
        fromAt
        toAt
        decision
        words
        decidedAt
        figures {
          ...FigureFields
        }
        medians {
          ...FigureFields
        }
        partnership {
          id
          activatedAt
          program {
            id
            slug
            name
            brand {
              id
              name
            }
          }
        }
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);
