import { graphql } from '@/gql';

export const ProgramFields = graphql(`
  fragment ProgramFields on Program {
    id
    slug
    name
    summary
    description
    goal
    currency
    status
    visibility
    clickWindowDays
    holdDays
    minimumPayout {
      amount
      currencyCode
    }
    trialDays
    touchKinds
    questions
    defaultDestinationUrl
    autoApprove
    createdAt
    offer {
      id
      version
      name
      kind
      rate
      newCustomerRate
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
        productIds
        collections
      }
      effectiveAt
      note
      sentence
    }
    terms {
      id
      version
      body
      effectiveAt
    }
  }
`);

export const BrandProgramsDocument = graphql(`
  query BrandPrograms($brandId: ID!, $first: Int, $after: String) {
    programs(brandId: $brandId, first: $first, after: $after) {
      nodes {
        ...ProgramFields
        partnerships(status: ACTIVE, first: 100) {
          nodes {
            id
          }
          pageInfo {
            hasNextPage
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

export const BrandProgramDocument = graphql(`
  query BrandProgram($slug: String!) {
    program(slug: $slug) {
      ...ProgramFields
      brand {
        id
        name
        websiteUrl
      }
      partnerships(status: ACTIVE, first: 100) {
        nodes {
          id
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`);

export const CreateProgramDocument = graphql(`
  mutation CreateProgram($input: CreateProgramInput!) {
    createProgram(input: $input) {
      program {
        ...ProgramFields
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const UpdateProgramDocument = graphql(`
  mutation UpdateProgram($input: UpdateProgramInput!) {
    updateProgram(input: $input) {
      program {
        ...ProgramFields
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const SetProgramStatusDocument = graphql(`
  mutation SetProgramStatus($input: SetProgramStatusInput!) {
    setProgramStatus(input: $input) {
      program {
        ...ProgramFields
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const PublishOfferDocument = graphql(`
  mutation PublishOffer($input: PublishOfferInput!) {
    publishOffer(input: $input) {
      offer {
        id
        version
        sentence
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const PublishTermsDocument = graphql(`
  mutation PublishTerms($input: PublishTermsInput!) {
    publishTerms(input: $input) {
      terms {
        id
        version
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const ProgramResourcesDocument = graphql(`
  query BrandResources($programId: ID!, $first: Int, $after: String) {
    resources(programId: $programId, first: $first, after: $after) {
      nodes {
        id
        kind
        title
        body
        url
        updatedAt
      }
      pageInfo {
        hasNextPage
        endCursor
      }
      totalCount
    }
  }
`);

export const AddResourceDocument = graphql(`
  mutation AddResource($input: AddResourceInput!) {
    addResource(input: $input) {
      resource {
        id
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);
