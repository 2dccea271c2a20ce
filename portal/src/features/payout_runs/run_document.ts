import { graphql } from '@/gql';

/** How far a run is, in counts. */
export const ProgressFields = graphql(`
  fragment ProgressFields on PayoutRunProgress {
    runId
    status
    total
    paid
    inFlight
    failed
    skipped
    waiting
    paidAmount {
      ...MoneyFields
    }
    at
  }
`);

/** A creator who waits, and why. */
export const SkippedFields = graphql(`
  fragment SkippedFields on SkippedCreator {
    creator {
      id
      name
    }
    amount {
      ...MoneyFields
    }
    reason
    sentence
  }
`);

/** What every view and every deed needs of a run. */
export const RunFields = graphql(`
  fragment RunFields on PayoutRun {
    id
    number
    status
    version
    cutoffAt
    total {
      ...MoneyFields
    }
    payoutCount
    preparedBy {
      id
      name
    }
    createdAt
    approvedBy {
      id
      name
    }
    approvedAt
    approvalLapsesAt
    sentBy {
      id
      name
    }
    sentAt
    completedAt
    reason
    progress {
      ...ProgressFields
    }
  }
`);

export const RunDocument = graphql(`
  query PayoutRunPage($id: ID!, $brandId: ID!) {
    payoutRun(id: $id) {
      ...RunFields
      skipped {
        ...SkippedFields
      }
    }
    funds(brandId: $brandId) {
      currencyCode
      available {
        ...MoneyFields
      }
      reserved {
        ...MoneyFields
      }
    }
  }
`);

export const ProgressDocument = graphql(`
  subscription PayoutRunProgress($id: ID!) {
    payoutRunProgress(payoutRunId: $id) {
      ...ProgressFields
    }
  }
`);

export const ApproveDocument = graphql(`
  mutation ApprovePayoutRun($input: ApprovePayoutRunInput!) {
    approvePayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const SendDocument = graphql(`
  mutation SendPayoutRun($input: SendPayoutRunInput!) {
    sendPayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const RejectDocument = graphql(`
  mutation RejectPayoutRun($input: RejectPayoutRunInput!) {
    rejectPayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const PauseDocument = graphql(`
  mutation PausePayoutRun($input: MovePayoutRunInput!) {
    pausePayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const ResumeDocument = graphql(`
  mutation ResumePayoutRun($input: MovePayoutRunInput!) {
    resumePayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const CancelDocument = graphql(`
  mutation CancelPayoutRun($input: MovePayoutRunInput!) {
    cancelPayoutRun(input: $input) {
      payoutRun {
        ...RunFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const RetryDocument = graphql(`
  mutation RetryPayout($input: RetryPayoutInput!) {
    retryPayout(input: $input) {
      payout {
        id
        status
        sentence
        run {
          id
          status
          version
        }
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
