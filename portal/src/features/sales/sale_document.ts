import { graphql } from '@/gql';

/** A touch with what became of it. */
export const TouchFields = graphql(`
  fragment TouchFields on Touch {
    kind
    at
    platform
    own
    label
    outcome
    reason
    sentence
    creditPpm
  }
`);

/** A commission: where it stands, and how it was reckoned. */
export const ReckonedFields = graphql(`
  fragment ReckonedFields on Commission {
    id
    status
    waitingReason
    sentence
    creditPpm
    holdUntil
    approvedAt
    paidAt
    amount {
      ...MoneyFields
    }
    accrued {
      ...MoneyFields
    }
    trace {
      name
      quantity
      rate
      rateName
      net {
        ...MoneyFields
      }
      share {
        ...MoneyFields
      }
      amount {
        ...MoneyFields
      }
    }
  }
`);

/** One order as its creator sees it: the touches, the commissions with their reckoning, and what blocks the payout. */
export const SaleDocument = graphql(`
  query CreatorSale($id: ID!) {
    order(id: $id) {
      id
      name
      placedAt
      paidAt
      payment
      total {
        ...MoneyFields
      }
      net {
        ...MoneyFields
      }
      brand {
        id
        name
      }
      refunds {
        id
        refundedAt
        amount {
          ...MoneyFields
        }
      }
      attribution {
        id
        version
        rule
        policy {
          id
          version
        }
        touches {
          ...TouchFields
        }
        credits {
          own
          ppm
        }
      }
      commissions {
        ...ReckonedFields
        occurredAt
        offer {
          id
          name
          version
          kind
          effectiveAt
          flatAmount {
            ...MoneyFields
          }
        }
        program {
          id
          name
          clickWindowDays
          holdDays
        }
      }
    }
    payoutPlan {
      brand {
        id
      }
      blockers {
        reason
        sentence
      }
    }
  }
`);
