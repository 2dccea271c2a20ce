import { graphql } from '@/gql';

export const WaitingDocument = graphql(`
  query BrandWaiting($brandId: ID!) {
    applications(brandId: $brandId, status: SUBMITTED, last: 1) {
      nodes {
        id
        createdAt
        creator {
          id
          name
        }
      }
      totalCount
    }
    reviews(brandId: $brandId, status: DUE, last: 1) {
      nodes {
        id
        partnership {
          id
          creator {
            id
            name
          }
        }
      }
      totalCount
    }
    prospects(brandId: $brandId, first: 100) {
      nodes {
        id
        name
        platform
        stage
        nextStep
        dueAt
        program {
          id
          slug
        }
      }
    }
    programs(brandId: $brandId, first: 20) {
      nodes {
        id
        slug
        name
        status
      }
    }
  }
`);

export const HoldsWaitingDocument = graphql(`
  query BrandHoldsWaiting($brandId: ID!) {
    holds(brandId: $brandId, status: OPEN, first: 50) {
      nodes {
        id
        commission {
          id
          amount {
            ...MoneyFields
          }
          creator {
            id
            name
          }
        }
      }
      totalCount
    }
  }
`);
