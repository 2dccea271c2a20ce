import { graphql } from '@/gql';

export const ProgramFields = graphql(`
  fragment ProgramFields on Program {
    ...ProgramStory
    goal
    defaultDestinationUrl
    createdAt
    offer {
      version
      name
      overrides {
        productIds
        collections
      }
      recurring {
        term
        months
        rate
        keptAfterRetirement
      }
      effectiveAt
      note
    }
  }
`);

/** How many creators are active in a program, up to a hundred. */
export const ActiveCreators = graphql(`
  fragment ActiveCreators on Program {
    partnerships(status: ACTIVE, first: 100) {
      nodes {
        id
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`);

export const BrandProgramsDocument = graphql(`
  query BrandPrograms($brandId: ID!, $first: Int, $after: String) {
    programs(brandId: $brandId, first: $first, after: $after) {
      nodes {
        ...ProgramFields
        ...ActiveCreators
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

export const BrandProgramDocument = graphql(`
  query BrandProgram($slug: String!) {
    program(slug: $slug) {
      ...ProgramFields
      ...ActiveCreators
      brand {
        id
        name
        websiteUrl
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...PageInfoFields
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
        ...UserErrorFields
      }
    }
  }
`);
