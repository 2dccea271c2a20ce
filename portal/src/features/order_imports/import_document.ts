import { graphql } from '@/gql';
import type { OrderImportFieldsFragment } from '@/gql/graphql';

export const OrderImportFields = graphql(`
  fragment OrderImportFields on OrderImport {
    id
    fileName
    store
    format
    status
    bytes
    ordersTotal
    ordersDone
    ordersNew
    ordersKnown
    ordersRefused
    refunds
    problemCount
    failure
    createdAt
    finishedAt
  }
`);

/** Files of orders that were sent, the newest first. */
export const OrderImportsDocument = graphql(`
  query OrderImports($brandId: ID!, $first: Int, $after: String) {
    orderImports(brandId: $brandId, first: $first, after: $after) {
      nodes {
        ...OrderImportFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** One file with what is wrong in it. */
export const OrderImportDocument = graphql(`
  query OrderImport($id: ID!) {
    orderImport(id: $id) {
      ...OrderImportFields
      problems {
        line
        column
        message
      }
    }
  }
`);

/** The shops that a file's orders may belong to. */
export const ImportShopsDocument = graphql(`
  query ImportShops($brandId: ID!) {
    integrations(brandId: $brandId, first: 20) {
      nodes {
        id
        store
      }
    }
  }
`);

/** Sends a part of a file; with the last one its check begins. */
export const ImportOrdersDocument = graphql(`
  mutation ImportOrders($input: ImportOrdersInput!) {
    importOrders(input: $input) {
      import {
        ...OrderImportFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Has the orders of a checked file recorded. */
export const StartOrderImportDocument = graphql(`
  mutation StartOrderImport($input: StartOrderImportInput!) {
    startOrderImport(input: $input) {
      import {
        ...OrderImportFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export type OrderImport = OrderImportFieldsFragment;
