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
        amount
        currencyCode
      }
      held {
        amount
        currencyCode
      }
      payable {
        amount
        currencyCode
      }
      inTransit {
        amount
        currencyCode
      }
      paid {
        amount
        currencyCode
      }
    }
    payoutPlan {
      ...PlanParts
    }
    payoutAccount {
      id
      status
      country
      transfersActive
      payoutsEnabled
      requirementsDue
      nextStep
    }
    viewer {
      creator {
        id
        country
      }
    }
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
      amount
      currencyCode
    }
    minimum {
      amount
      currencyCode
    }
    funded
    blockers {
      reason
      sentence
    }
    upcoming {
      date
      amount {
        amount
        currencyCode
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
          amount
          currencyCode
        }
        brand {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);
