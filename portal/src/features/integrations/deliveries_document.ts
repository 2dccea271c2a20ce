import { graphql } from '@/gql';
import type { DeliveryFieldsFragment } from '@/gql/graphql';

/** What became of something that a shop sent; the body names customers and is never shown. */
export const DeliveryFields = graphql(`
  fragment DeliveryFields on InboundDelivery {
    id
    topic
    status
    attempts
    outcome
    bytes
    receivedAt
    handledAt
    waitsTooLong
    integration {
      id
      kind
      store
    }
  }
`);

/** What shops have sent, the newest first. */
export const DeliveriesDocument = graphql(`
  query InboundDeliveries($brandId: ID!, $integrationId: ID, $status: DeliveryStatus, $first: Int, $after: String) {
    inboundDeliveries(brandId: $brandId, integrationId: $integrationId, status: $status, first: $first, after: $after) {
      nodes {
        ...DeliveryFields
      }
      pageInfo {
        ...PageInfoFields
      }
    }
  }
`);

/** One delivery, for a panel that the list does not hold. */
export const DeliveryDocument = graphql(`
  query InboundDelivery($id: ID!) {
    node(id: $id) {
      id
      ... on InboundDelivery {
        ...DeliveryFields
      }
    }
  }
`);

/** Has a delivery handled again. */
export const ReplayDeliveryDocument = graphql(`
  mutation ReplayDelivery($input: ReplayDeliveryInput!) {
    replayDelivery(input: $input) {
      delivery {
        ...DeliveryFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Gives a shop a new secret. */
export const RotateIntegrationSecretDocument = graphql(`
  mutation RotateIntegrationSecret($input: RotateIntegrationSecretInput!) {
    rotateIntegrationSecret(input: $input) {
      integration {
        id
        previousSecretUntil
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export type Delivery = DeliveryFieldsFragment;
