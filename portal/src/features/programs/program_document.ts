import { graphql } from '@/gql';
import type { ProgramPageQuery } from '@/gql/graphql';

/** A program's terms as a creator decides by them. */
export const ProgramStory = graphql(`
  fragment ProgramStory on Program {
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
    trialDays
    touchKinds
    questions
    autoApprove
    minimumPayout {
      ...MoneyFields
    }
    offer {
      id
      kind
      rate
      newCustomerRate
      sentence
      flatAmount {
        ...MoneyFields
      }
      capPerOrder {
        ...MoneyFields
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
  }
`);

/** A program with everything that a creator decides by, and how the signed-in creator stands in it. */
export const ProgramPageDocument = graphql(`
  query ProgramPage($slug: String!) {
    program(slug: $slug) {
      ...ProgramStory
      brand {
        id
        name
        websiteUrl
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
      }
    }
  }
`);

export type ShownProgram = NonNullable<ProgramPageQuery['program']>;
export type ProgramViewer = ProgramPageQuery['viewer'];
