import { graphql } from '@/gql';

/** A page of the creator's own commissions, newest first, with what the one sentence about each needs. */
export const SalesDocument = graphql(`
  query CreatorSales($first: Int!, $after: String, $status: CommissionStatus, $programId: ID) {
    commissions(first: $first, after: $after, status: $status, programId: $programId) {
      nodes {
        ...SaleRow
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** A commission as a row: what was bought, why it counted, its state and amount. */
export const SaleRowFragment = graphql(`
  fragment SaleRow on Commission {
    id
    kind
    status
    waitingReason
    sentence
    holdUntil
    paidAt
    occurredAt
    amount {
      ...MoneyFields
    }
    program {
      id
      name
      brand {
        id
        name
      }
    }
    order {
      id
      name
      lines {
        id
        name
        kind
        quantity
      }
      attribution {
        id
        touches {
          kind
          at
          own
          label
          reason
          sentence
          creditPpm
        }
        credits {
          own
          ppm
        }
      }
    }
  }
`);
