import { graphql } from '@/gql';

export const ApplicationsDocument = graphql(`
  query Applications($brandId: ID!, $status: ApplicationStatus, $first: Int, $after: String) {
    applications(brandId: $brandId, status: $status, first: $first, after: $after) {
      nodes {
        id
        status
        reason
        plan
        platforms
        createdAt
        decidedAt
        program {
          id
          name
        }
        creator {
          id
          name
          handle
          country
          socialAccounts {
            id
            platform
            followers
          }
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

export const ApplicationDocument = graphql(`
  query Application($id: ID!) {
    application(id: $id) {
      id
      status
      reason
      plan
      answers
      platforms
      createdAt
      decidedAt
      program {
        id
        name
        questions
      }
      creator {
        id
        name
        handle
        bio
        country
        languages
        niches
        websiteUrl
        createdAt
        socialAccounts {
          id
          platform
          handle
          url
          followers
          engagement
          verifiedAt
        }
      }
    }
  }
`);

export const DecideApplicationDocument = graphql(`
  mutation DecideApplication($input: DecideApplicationInput!) {
    decideApplication(input: $input) {
      application {
        id
        status
        reason
        decidedAt
      }
      partnership {
        id
        status
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);
