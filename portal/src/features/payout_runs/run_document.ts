import { graphql } from '@/gql';

/** What every view and every deed needs of a run. */
export const RunFields = graphql(`
  fragment RunFields on PayoutRun {
    id
    number
    status
    version
    cutoffAt
    total {
      amount
      currencyCode
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
      runId
      status
      total
      paid
      inFlight
      failed
      skipped
      waiting
      paidAmount {
        amount
        currencyCode
      }
      at
    }
  }
`);

export const RunDocument = graphql(`
  query PayoutRunPage($id: ID!, $brandId: ID!) {
    payoutRun(id: $id) {
      ...RunFields
      skipped {
        creator {
          id
          name
        }
        amount {
          amount
          currencyCode
        }
        reason
        sentence
      }
    }
    funds(brandId: $brandId) {
      currencyCode
      available {
        amount
        currencyCode
      }
      reserved {
        amount
        currencyCode
      }
    }
  }
`);

export const ProgressDocument = graphql(`
  subscription PayoutRunProgress($id: ID!) {
    payoutRunProgress(payoutRunId: $id) {
      runId
      status
      total
      paid
      inFlight
      failed
      skipped
      waiting
      paidAmount {
        amount
        currencyCode
      }
      at
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
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
      }
    }
  }
`);
