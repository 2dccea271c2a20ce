import { graphql } from '@/gql';

/** The partnerships of a brand, for a picker. */
export const PartnershipChoiceDocument = graphql(`
  query PartnershipChoice($brandId: ID!, $first: Int, $after: String) {
    partnerships(brandId: $brandId, first: $first, after: $after) {
      nodes {
        id
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
        ...PageInfoFields
      }
    }
  }
`);
