import { graphql } from '@/gql';

/** What stands on the creator's home besides the chart. */
export const CreatorHomeDocument = graphql(`
  query CreatorHome {
    viewer {
      user {
        id
        emailVerified
      }
      creator {
        id
        country
        socialAccounts {
          id
        }
      }
    }
    payoutPlan {
      ...PlanParts
    }
    payoutAccount {
      id
      status
      requirementsDue
      nextStep
    }
    partnerships(first: 50) {
      nodes {
        id
        status
        pauseKind
        acceptedTermsVersion
        createdAt
        program {
          id
          slug
          name
          currency
          brand {
            id
            name
          }
          terms {
            id
            version
            effectiveAt
          }
        }
      }
    }
    links(first: 1) {
      nodes {
        id
      }
    }
    posts(first: 20) {
      nodes {
        id
        title
        publishedAt
      }
    }
    commissions(first: 5) {
      nodes {
        ...SaleRow
      }
      totalCount
    }
  }
`);

/** Figures of 30 days and of the 30 before, in one currency. */
export const HomeFiguresDocument = graphql(`
  query CreatorHomeFigures($from: Date!, $to: Date!, $beforeFrom: Date!, $beforeTo: Date!, $currency: CurrencyCode) {
    now: performance(filter: { from: $from, to: $to, currencyCode: $currency }, groupBy: DAY) {
      ...HomeFigures
    }
    before: performance(filter: { from: $beforeFrom, to: $beforeTo, currencyCode: $currency }, groupBy: DAY) {
      ...HomeFigures
    }
  }
`);

export const HomeFiguresFragmentDocument = graphql(`
  fragment HomeFigures on Performance {
    from
    to
    asOf
    total {
      clicks
      orders
      commission {
        ...MoneyFields
      }
    }
    rows {
      key
      date
      figures {
        clicks
        orders
        commission {
          ...MoneyFields
        }
      }
    }
  }
`);
