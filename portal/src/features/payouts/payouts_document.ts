import { graphql } from '@/gql';

/** Balances, plans and the payout account of the signed-in creator. */
export const PayoutsDocument = graphql(`
  query CreatorPayouts {
    earnings {
      brand {
        id
        name
      }
      pending {
        ...MoneyFields
      }
      held {
        ...MoneyFields
      }
      payable {
        ...MoneyFields
      }
      inTransit {
        ...MoneyFields
      }
      paid {
        ...MoneyFields
      }
    }
    payoutPlan {
      ...PlanParts
    }
    payoutAccount {
      ...PayoutAccountFields
    }
    viewer {
      creator {
        id
        country
      }
    }
  }
`);

/** The account at Stripe, as far as it is. */
export const PayoutAccountFields = graphql(`
  fragment PayoutAccountFields on PayoutAccount {
    id
    status
    country
    transfersActive
    payoutsEnabled
    requirementsDue
    nextStep
  }
`);

/** What a next payout depends on. */
export const PlanPartsDocument = graphql(`
  fragment PlanParts on PayoutPlan {
    brand {
      id
      name
    }
    amount {
      ...MoneyFields
    }
    minimum {
      ...MoneyFields
    }
    funded
    blockers {
      reason
      sentence
    }
    upcoming {
      date
      amount {
        ...MoneyFields
      }
    }
  }
`);

export const PayoutListDocument = graphql(`
  query CreatorPayoutList($first: Int!, $after: String) {
    payouts(first: $first, after: $after) {
      nodes {
        id
        status
        sentence
        bankArrival
        createdAt
        paidAt
        method
        amount {
          ...MoneyFields
        }
        brand {
          id
          name
        }
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);
