import { graphql } from '@/gql';
import type { SuggestionFieldsFragment } from '@/gql/graphql';

/** Another decision about an order, with the one that holds. */
export const SuggestionFields = graphql(`
  fragment SuggestionFields on AttributionSuggestion {
    id
    cause
    sentence
    proposedBy {
      id
      name
    }
    proposal
    status
    reason
    createdAt
    decidedAt
    partnership {
      id
      creator {
        id
        name
      }
      program {
        id
        name
      }
    }
    order {
      id
      name
      placedAt
      total {
        ...MoneyFields
      }
      attribution {
        id
        verdict
        rule
        credits {
          ppm
          creator {
            id
            name
          }
        }
      }
    }
  }
`);

/** Orders that would be decided otherwise now. */
export const SuggestionsDocument = graphql(`
  query AttributionSuggestions($brandId: ID!, $first: Int, $after: String) {
    attributionSuggestions(brandId: $brandId, status: OPEN, first: $first, after: $after) {
      nodes {
        ...SuggestionFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** One suggestion, for a panel that the list does not hold. */
export const SuggestionDocument = graphql(`
  query AttributionSuggestion($id: ID!) {
    node(id: $id) {
      id
      ... on AttributionSuggestion {
        ...SuggestionFields
      }
    }
  }
`);

/** How many wait, for the number beside the tab. */
export const SuggestionCountDocument = graphql(`
  query AttributionSuggestionCount($brandId: ID!) {
    attributionSuggestions(brandId: $brandId, status: OPEN, first: 1) {
      totalCount
    }
  }
`);

export const AcceptSuggestionDocument = graphql(`
  mutation AcceptAttributionSuggestion($input: AcceptAttributionSuggestionInput!) {
    acceptAttributionSuggestion(input: $input) {
      suggestion {
        ...SuggestionFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const DismissSuggestionDocument = graphql(`
  mutation DismissAttributionSuggestion($input: DismissAttributionSuggestionInput!) {
    dismissAttributionSuggestion(input: $input) {
      suggestion {
        ...SuggestionFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export type Suggestion = SuggestionFieldsFragment;
