import { graphql } from '@/gql';

/** The programs of a brand, for a picker. */
export const ProgramChoiceDocument = graphql(`
  query ProgramChoice($brandId: ID!) {
    programs(brandId: $brandId, first: 50) {
      nodes {
        id
        slug
        name
      }
    }
  }
`);
