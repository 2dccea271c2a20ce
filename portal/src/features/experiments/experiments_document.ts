import { graphql } from '@/gql';

/** An experiment with the figures of its arms so far. */
export const ExperimentFields = graphql(`
  fragment ExperimentFields on Experiment {
    id
    name
    hypothesis
    dimension
    status
    createdAt
    program {
      id
      name
    }
    arms {
      name
      partnershipCount
      figures {
        ...FigureFields
      }
    }
  }
`);

export const ExperimentsDocument = graphql(`
  query Experiments($brandId: ID!, $first: Int, $after: String) {
    experiments(brandId: $brandId, first: $first, after: $after) {
      nodes {
        ...ExperimentFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

export const ExperimentDocument = graphql(`
  query Experiment($id: ID!) {
    node(id: $id) {
      id
      ... on Experiment {
        ...ExperimentFields
      }
    }
  }
`);

/** Who can take part: the creators that are active in a program. */
export const TakersDocument = graphql(`
  query ExperimentTakers($brandId: ID!, $programId: ID!, $first: Int, $after: String) {
    partnerships(brandId: $brandId, programId: $programId, status: ACTIVE, first: $first, after: $after) {
      nodes {
        id
        creator {
          id
          name
        }
        totals {
          clicks
          orders
        }
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

export const CreateExperimentDocument = graphql(`
  mutation CreateExperiment($input: CreateExperimentInput!) {
    createExperiment(input: $input) {
      experiment {
        ...ExperimentFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
