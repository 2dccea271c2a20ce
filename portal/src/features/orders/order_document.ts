import { graphql } from '@/gql';

export const OrderDocument = graphql(`
  query BrandOrder($id: ID!) {
    order(id: $id) {
      id
      name
      externalId
      store
      source
      placedAt
      paidAt
      payment
      test
      newCustomer
      newCustomerAssumed
      codes
      flags
      total {
        amount
        currencyCode
      }
      net {
        amount
        currencyCode
      }
      refunded {
        amount
        currencyCode
      }
      lines {
        id
        kind
        name
        quantity
        net {
          amount
          currencyCode
        }
        refundedNet {
          amount
          currencyCode
        }
      }
      refunds {
        id
        reason
        refundedAt
        amount {
          amount
          currencyCode
        }
        net {
          amount
          currencyCode
        }
      }
      attribution {
        id
        version
        verdict
        cause
        rule
        decidedAt
        policy {
          id
          version
        }
        credits {
          ppm
          creator {
            id
            name
          }
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
          creator {
            id
            name
          }
        }
      }
      commissions {
        id
        status
        waitingReason
        sentence
        creditPpm
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
        creator {
          id
          name
          handle
        }
        program {
          id
          name
          clickWindowDays
        }
        offer {
          id
          name
          version
          sentence
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
      }
    }
  }
`);

export const OpenHoldDocument = graphql(`
  mutation OpenHold($input: OpenHoldInput!) {
    openHold(input: $input) {
      hold {
        id
        status
        commission {
          id
          status
          sentence
        }
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);
