import { graphql } from '@/gql';

/** A claim with what both sides said. */
export const ClaimFields = graphql(`
  fragment ClaimFields on Claim {
    id
    status
    orderNumber
    placedOn
    amount {
      ...MoneyFields
    }
    evidence
    evidenceUrl
    finding
    createdAt
    answerDueAt
    overdue
    answer
    answeredAt
    reopenReason
    reopenedAt
    canReopen
    closedAt
    brand {
      id
      name
    }
    program {
      id
      name
    }
    creator {
      id
      name
      handle
    }
    order {
      id
      name
      placedAt
      total {
        ...MoneyFields
      }
    }
  }
`);

/** Claims of a brand; without one, the reader's own. */
export const ClaimsDocument = graphql(`
  query Claims($brandId: ID, $status: ClaimStatus, $first: Int, $after: String) {
    claims(brandId: $brandId, status: $status, first: $first, after: $after) {
      nodes {
        ...ClaimFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** One claim, for a panel that the list does not hold. */
export const ClaimDocument = graphql(`
  query Claim($id: ID!) {
    node(id: $id) {
      id
      ... on Claim {
        ...ClaimFields
      }
    }
  }
`);

/** The order of a claim with all that was found. */
export const ClaimOrderDocument = graphql(`
  query ClaimOrder($id: ID!) {
    order(id: $id) {
      id
      name
      test
      attribution {
        id
        rule
        touches {
          ...TouchFields
          creator {
            id
            name
          }
        }
      }
      commissions {
        id
        status
        amount {
          ...MoneyFields
        }
        creator {
          id
          name
        }
      }
    }
  }
`);

/** Orders by what their number holds. */
export const FindOrderDocument = graphql(`
  query FindOrder($brandId: ID!, $search: String!) {
    orders(brandId: $brandId, search: $search, first: 5) {
      nodes {
        id
        name
        placedAt
        total {
          ...MoneyFields
        }
      }
    }
  }
`);

/** Answers a claim. */
export const AnswerClaimDocument = graphql(`
  mutation AnswerClaim($input: AnswerClaimInput!) {
    answerClaim(input: $input) {
      claim {
        ...ClaimFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Programs that a creator may miss a sale of, with the promised time of their brands. */
export const ClaimPlacesDocument = graphql(`
  query ClaimPlaces {
    partnerships(first: 100) {
      nodes {
        id
        program {
          id
          name
          currency
          brand {
            id
            name
            claimAnswerHours
          }
        }
      }
    }
  }
`);

/** Says that a sale is missing. */
export const DisputeDocument = graphql(`
  mutation DisputeAttribution($input: DisputeAttributionInput!) {
    disputeAttribution(input: $input) {
      claim {
        ...ClaimFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Asks again about a claim. */
export const ReopenClaimDocument = graphql(`
  mutation ReopenClaim($input: ReopenClaimInput!) {
    reopenClaim(input: $input) {
      claim {
        ...ClaimFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Ends a claim. */
export const CloseClaimDocument = graphql(`
  mutation CloseClaim($input: CloseClaimInput!) {
    closeClaim(input: $input) {
      claim {
        ...ClaimFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
