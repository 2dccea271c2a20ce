import { graphql } from '@/gql';

/** Every figure that the pages of performance show. */
export const FigureFields = graphql(`
  fragment FigureFields on Figures {
    clicks
    uniqueClicks
    orders
    newCustomers
    revenue {
      ...MoneyFields
    }
    refunds {
      ...MoneyFields
    }
    commission {
      ...MoneyFields
    }
    conversion
    earningsPerClick {
      ...MoneyFields
    }
    averageOrder {
      ...MoneyFields
    }
    commissionRate
  }
`);

/** Figures by day, of the range and of the range before. */
export const DaysDocument = graphql(`
  query PerformanceDays($filter: PerformanceFilter!, $earlier: PerformanceFilter!) {
    now: performance(filter: $filter, groupBy: DAY) {
      from
      to
      asOf
      total {
        ...FigureFields
      }
      previous {
        ...FigureFields
      }
      rows {
        key
        date
        figures {
          ...FigureFields
        }
      }
    }
    earlier: performance(filter: $earlier, groupBy: DAY) {
      rows {
        key
        date
        figures {
          ...FigureFields
        }
      }
    }
  }
`);

/** Figures by group, of the range and of the range before. */
export const GroupsDocument = graphql(`
  query PerformanceGroups($filter: PerformanceFilter!, $earlier: PerformanceFilter!, $groupBy: PerformanceGroup!) {
    now: performance(filter: $filter, groupBy: $groupBy) {
      rows {
        key
        label
        date
        platform
        creator {
          id
          name
          handle
        }
        link {
          id
          url
          platform
          creator {
            id
            name
          }
        }
        figures {
          ...FigureFields
        }
      }
    }
    earlier: performance(filter: $earlier, groupBy: $groupBy) {
      rows {
        key
        figures {
          ...FigureFields
        }
      }
    }
  }
`);
