import { graphql } from '@/gql';

export const PipelineProgramsDocument = graphql(`
  query PipelinePrograms($brandId: ID!) {
    programs(brandId: $brandId, first: 50) {
      nodes {
        id
        slug
        name
        status
      }
    }
    brand(id: $brandId) {
      id
      members(first: 100) {
        nodes {
          id
          user {
            id
            name
          }
        }
      }
    }
  }
`);

export const CardFields = graphql(`
  fragment CardFields on Prospect {
    id
    name
    platform
    handle
    followers
    stage
    stageSince
    nextStep
    dueAt
    fitScore
    allowedMoves
    owner {
      id
      name
    }
  }
`);

export const OutreachPipelineDocument = graphql(`
  query OutreachPipeline($programId: ID!) {
    outreachPipeline(programId: $programId) {
      total
      stages {
        stage
        count
        medianDays
        conversion
        prospects {
          ...CardFields
        }
      }
    }
  }
`);

export const ProspectDocument = graphql(`
  query Prospect($id: ID!) {
    prospect(id: $id) {
      ...CardFields
      email
      profileUrl
      source
      niches
      tags
      createdAt
      creator {
        id
        name
        handle
      }
      program {
        id
        name
      }
      events(first: 50) {
        nodes {
          id
          kind
          fromStage
          toStage
          body
          createdAt
          user {
            id
            name
          }
        }
        pageInfo {
          hasNextPage
        }
      }
    }
  }
`);

export const MoveProspectDocument = graphql(`
  mutation MoveProspect($input: MoveProspectInput!) {
    moveProspect(input: $input) {
      prospect {
        ...CardFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const UpdateProspectDocument = graphql(`
  mutation UpdateProspect($input: UpdateProspectInput!) {
    updateProspect(input: $input) {
      prospect {
        ...CardFields
        email
        tags
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const AddNoteDocument = graphql(`
  mutation AddProspectNote($input: AddProspectNoteInput!) {
    addProspectNote(input: $input) {
      prospect {
        id
        events(first: 1) {
          nodes {
            id
          }
        }
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const CreateProspectDocument = graphql(`
  mutation CreateProspect($input: CreateProspectInput!) {
    createProspect(input: $input) {
      prospect {
        ...CardFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
