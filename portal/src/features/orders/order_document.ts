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
        ...MoneyFields
      }
      net {
        ...MoneyFields
      }
      refunded {
        ...MoneyFields
      }
      lines {
        id
        kind
        name
        quantity
        net {
          ...MoneyFields
        }
        refundedNet {
          ...MoneyFields
        }
      }
      refunds {
        id
        reason
        refundedAt
        amount {
          ...MoneyFields
        }
        net {
          ...MoneyFields
        }
      }
      chargebacks {
        id
        externalId
        stage
        reason
        openedAt
        decidedAt
        amount {
          ...MoneyFields
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
          ...TouchFields
          creator {
            id
            name
          }
        }
      }
      commissions {
        ...ReckonedFields
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
        ...UserErrorFields
      }
    }
  }
`);

export const RecordChargebackDocument = graphql(`
  mutation RecordChargeback($input: RecordChargebackInput!) {
    recordChargeback(input: $input) {
      duplicate
      order {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const ReassignDocument = graphql(`
  mutation ReassignAttribution($input: ReassignAttributionInput!) {
    reassignAttribution(input: $input) {
      order {
        id
      }
      proposal {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
