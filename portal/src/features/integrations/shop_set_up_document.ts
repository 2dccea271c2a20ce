import { graphql } from '@/gql';
import type { ShopSetUpQuery } from '@/gql/graphql';

/** How far a self-check has come. */
export const SelfCheckFields = graphql(`
  fragment SelfCheckFields on TrackingSelfCheck {
    startedAt
    endedAt
    passed
    link {
      id
      url
      creator {
        id
        name
      }
    }
    order {
      id
      name
    }
    steps {
      kind
      state
      seen
      seenAt
      todo
    }
  }
`);

/** How far one shop is set up: credentials, webhooks, and a test order's walk through it. */
export const ShopSetUpDocument = graphql(`
  query ShopSetUp($id: ID!, $brandId: ID!) {
    node(id: $id) {
      id
      ... on Integration {
        lastDeliveryAt
        shopAccess {
          state
          reason
          webhookTopics
          checkedAt
        }
      }
    }
    trackingSelfCheck(integrationId: $id) {
      ...SelfCheckFields
    }
    brand(id: $brandId) {
      id
      domains {
        id
        host
        tracking
      }
    }
  }
`);

export const SetShopCredentialsDocument = graphql(`
  mutation SetShopCredentials($input: SetShopCredentialsInput!) {
    setShopCredentials(input: $input) {
      integration {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const StartSelfCheckDocument = graphql(`
  mutation StartSelfCheck($input: StartTrackingSelfCheckInput!) {
    startTrackingSelfCheck(input: $input) {
      selfCheck {
        startedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const EndSelfCheckDocument = graphql(`
  mutation EndSelfCheck($input: EndTrackingSelfCheckInput!) {
    endTrackingSelfCheck(input: $input) {
      selfCheck {
        endedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** How codes and webhooks are made in a shop. */
export type ShopAccess = NonNullable<Extract<NonNullable<ShopSetUpQuery['node']>, { __typename?: 'Integration' }>['shopAccess']>;

/** A walk of one test order. */
export type SelfCheckData = NonNullable<ShopSetUpQuery['trackingSelfCheck']>;
