import { graphql } from '@/gql';

/** What a customer answered, with everybody who may be meant. */
export const SurveyAnswerFields = graphql(`
  fragment SurveyAnswerFields on SurveyAnswer {
    id
    answer
    answeredAt
    status
    confidencePpm
    decidedAt
    creator {
      id
      name
    }
    candidates {
      confidencePpm
      term
      creator {
        id
        name
        handle
      }
      partnership {
        id
        program {
          id
          name
        }
      }
    }
    order {
      id
      name
      placedAt
      total {
        ...MoneyFields
      }
    }
  }
`);

/** Answers of a brand's customers. */
export const SurveyQueueDocument = graphql(`
  query SurveyQueue($brandId: ID!, $status: SurveyAnswerStatus, $first: Int, $after: String) {
    surveyQueue(brandId: $brandId, status: $status, first: $first, after: $after) {
      nodes {
        ...SurveyAnswerFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** One answer, for a panel that the list does not hold. */
export const SurveyAnswerDocument = graphql(`
  query SurveyAnswer($id: ID!) {
    node(id: $id) {
      id
      ... on SurveyAnswer {
        ...SurveyAnswerFields
      }
    }
  }
`);

/** Says who is meant. */
export const ResolveSurveyAnswerDocument = graphql(`
  mutation ResolveSurveyAnswer($input: ResolveSurveyAnswerInput!) {
    resolveSurveyAnswer(input: $input) {
      surveyAnswer {
        ...SurveyAnswerFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
