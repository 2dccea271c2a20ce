import { graphql } from '@/gql';

/** A creator with where they publish, as lists show it. */
export const CreatorReach = graphql(`
  fragment CreatorReach on Creator {
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
`);

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
          ...CreatorReach
        }
      }
      pageInfo {
        ...PageInfoFields
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
          ...SocialAccountFields
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
        ...UserErrorFields
      }
    }
  }
`);
