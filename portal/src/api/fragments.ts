import { graphql } from '@/gql';

/** An amount, as everything that writes one takes it. */
export const MoneyFields = graphql(`
  fragment MoneyFields on Money {
    amount
    currencyCode
  }
`);

/** What was wrong with the business, as forms take it. */
export const UserErrorFields = graphql(`
  fragment UserErrorFields on UserError {
    code
    message
    field
  }
`);

/** Where a page of a list stands, as useRows reads it. */
export const PageInfoFields = graphql(`
  fragment PageInfoFields on PageInfo {
    hasNextPage
    endCursor
  }
`);
