import { graphql } from '@/gql';
import type { BrandLinksQuery } from '@/gql/graphql';

/** A page of a brand's partnerships with their newest links and their codes. */
export const BrandLinksDocument = graphql(`
  query BrandLinks($brandId: ID!, $programId: ID, $search: String, $first: Int, $after: String) {
    partnerships(brandId: $brandId, programId: $programId, search: $search, first: $first, after: $after) {
      nodes {
        id
        status
        pauseKind
        statusReason
        creator {
          id
          name
          handle
          socialAccounts {
            id
            platform
          }
        }
        program {
          id
          name
          currency
          defaultDestinationUrl
        }
        codes {
          ...MatrixCode
        }
        links(first: 10) {
          nodes {
            ...MatrixLink
          }
          pageInfo {
            hasNextPage
          }
        }
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** Links whose destination fails or loses what ties orders to them. */
export const TroubledLinksDocument = graphql(`
  query TroubledLinks($brandId: ID!) {
    links(brandId: $brandId, onlyTroubled: true, first: 20) {
      nodes {
        id
        url
        label
        platform
        outOfStockAt
        health {
          status
          checkedAt
          detail
        }
        creator {
          id
          name
        }
        program {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

export const BrandLinkProgramsDocument = graphql(`
  query BrandLinkPrograms($brandId: ID!) {
    programs(brandId: $brandId, first: 100) {
      nodes {
        id
        name
        currency
      }
    }
  }
`);

/** Clicks and sales by day, in one currency, with the sums of the range before. */
export const BrandLinkDaysDocument = graphql(`
  query BrandLinkDays($filter: PerformanceFilter!) {
    performance(filter: $filter, groupBy: DAY) {
      asOf
      total {
        clicks
        uniqueClicks
        orders
      }
      previous {
        clicks
        uniqueClicks
        orders
      }
      rows {
        key
        date
        figures {
          clicks
        }
      }
    }
  }
`);

export type BrandPartnership = BrandLinksQuery['partnerships']['nodes'][number];
