import { graphql } from '@/gql';

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
        amount
        currencyCode
      }
      net {
        amount
        currencyCode
      }
      brand {
        id
        name
      }
      refunds {
        id
        refundedAt
        amount {
          amount
          currencyCode
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
        credits {
          own
          ppm
        }
      }
      commissions {
        id
        status
        waitingReason
        sentence
        creditPpm
        occurredAt
        holdUntil
        approvedAt
        paidAt
        amount {
          amount
          currencyCode
        }
        accrued {
          amount
          currencyCode
        }
        trace {
          name
          quantity
          rate
          rateName
          net {
            amount
            currencyCode
          }
          share {
            amount
            currencyCode
          }
          amount {
            amount
            currencyCode
          }
        }
        offer {
          id
          name
          version
          kind
          effectiveAt
          flatAmount {
            amount
            currencyCode
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
