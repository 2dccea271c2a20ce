import { graphql } from '@/gql';
import type { AttributionPolicyQuery } from '@/gql/graphql';

/** One version of a policy; the one in force without a version. */
export const PolicyDocument = graphql(`
  query AttributionPolicy($brandId: ID!, $version: Int) {
    attributionPolicy(brandId: $brandId, version: $version) {
      id
      version
      model
      precedence
      halfLifeDays
      surveyPays
      modelledPays
      minimumConfidencePpm
      effectiveAt
      note
    }
  }
`);

/** Publishes the next version. */
export const PublishPolicyDocument = graphql(`
  mutation PublishPolicy($input: PublishPolicyInput!) {
    publishPolicy(input: $input) {
      policy {
        id
        version
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** A policy as the pages show it. */
export type Policy = NonNullable<AttributionPolicyQuery['attributionPolicy']>;

/** The latest try of a draft on stored orders. */
export const ReplaysDocument = graphql(`
  query PolicyReplays($brandId: ID!) {
    policyReplays(first: 1, brandId: $brandId) {
      nodes {
        id
        status
        model
        precedence
        halfLifeDays
        surveyPays
        modelledPays
        minimumConfidencePpm
        windowDays
        touchKinds
        from
        to
        total
        done
        changed
        kept
        failure
        startedAt
        finishedAt
        totals {
          creators
          gaining
          losing
          before {
            ...MoneyFields
          }
          after {
            ...MoneyFields
          }
          difference {
            ...MoneyFields
          }
        }
        rows {
          creator {
            id
            name
            handle
          }
          ordersBefore
          ordersAfter
          before {
            ...MoneyFields
          }
          after {
            ...MoneyFields
          }
          difference {
            ...MoneyFields
          }
        }
      }
    }
  }
`);

/** Begins to try a draft. */
export const ReplayPolicyDocument = graphql(`
  mutation ReplayPolicy($input: ReplayPolicyInput!) {
    replayPolicy(input: $input) {
      replay {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Stops a try. */
export const StopReplayDocument = graphql(`
  mutation StopPolicyReplay($input: StopPolicyReplayInput!) {
    stopPolicyReplay(input: $input) {
      replay {
        id
        status
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
