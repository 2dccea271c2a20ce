import { graphql } from '@/gql';
import type { ProgramPageQuery } from '@/gql/graphql';

/** A program with everything that a creator decides by, and how the signed-in creator stands in it. */
export const ProgramPageDocument = graphql(`
  query ProgramPage($slug: String!) {
    program(slug: $slug) {
      id
      slug
      name
      summary
      description
      currency
      status
      visibility
      clickWindowDays
      holdDays
      touchKinds
      questions
      autoApprove
      minimumPayout {
        amount
        currencyCode
      }
      brand {
        id
        name
        websiteUrl
      }
      offer {
        id
        kind
        rate
        newCustomerRate
        sentence
        flatAmount {
          amount
          currencyCode
        }
        capPerOrder {
          amount
          currencyCode
        }
        overrides {
          name
          rate
        }
      }
      terms {
        id
        version
        body
        effectiveAt
      }
      viewerPartnership {
        id
        status
        pauseKind
        statusReason
        acceptedTermsVersion
      }
      viewerApplication {
        id
        status
        reason
        createdAt
        decidedAt
      }
    }
    viewer {
      user {
        id
        name
      }
      creator {
        id
        handle
        socialAccounts {
          id
          platform
        }
      }
    }
  }
`);

export const ApplyDocument = graphql(`
  mutation ApplyToProgram($input: ApplyToProgramInput!) {
    applyToProgram(input: $input) {
      application {
        id
        status
        program {
          id
        }
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const WithdrawDocument = graphql(`
  mutation WithdrawApplication($input: WithdrawApplicationInput!) {
    withdrawApplication(input: $input) {
      application {
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

export const AcceptTermsDocument = graphql(`
  mutation AcceptTerms($input: AcceptTermsInput!) {
    acceptTerms(input: $input) {
      partnership {
        id
        status
        acceptedTermsVersion
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const BecomeCreatorDocument = graphql(`
  mutation BecomeCreator($input: UpdateCreatorProfileInput!) {
    updateCreatorProfile(input: $input) {
      creator {
        id
        handle
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type ShownProgram = NonNullable<ProgramPageQuery['program']>;
export type ProgramViewer = ProgramPageQuery['viewer'];
