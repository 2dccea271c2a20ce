import { graphql } from '@/gql';

/** Models of attribution side by side, for each creator. */
export const ComparisonDocument = graphql(`
  query AttributionComparison($filter: AttributionComparisonFilter!) {
    attributionComparison(filter: $filter) {
      from
      to
      asOf
      models
      orders
      touches
      creators
      revenue {
        ...MoneyFields
      }
      paid {
        orders
        revenue {
          ...MoneyFields
        }
      }
      rows {
        creators
        creator {
          id
          name
          handle
        }
        paid {
          orders
          revenue {
            ...MoneyFields
          }
        }
        modelled {
          model
          orders
          revenue {
            ...MoneyFields
          }
        }
      }
    }
  }
`);
