import { graphql } from '@/gql';
import type { CreatorLinksQuery } from '@/gql/graphql';

/** Every partnership of the creator with its codes, and the links that work. */
export const LinksDocument = graphql(`
  query CreatorLinks {
    partnerships(first: 100) {
      nodes {
        id
        status
        pauseKind
        statusReason
        program {
          id
          name
          slug
          status
          defaultDestinationUrl
          brand {
            id
            name
          }
          offer {
            id
            sentence
          }
        }
        codes {
          id
          code
          discount
          endsAt
          archivedAt
        }
      }
    }
    links(first: 100) {
      nodes {
        id
        url
        destinationUrl
        platform
        label
        createdAt
        archivedAt
        clicksByDay
        totals {
          clicks
          orders
        }
        partnership {
          id
        }
      }
      pageInfo {
        hasNextPage
      }
    }
    viewer {
      creator {
        id
        handle
        socialAccounts {
          id
          platform
        }
      }
    }
  }
`);

export const CreateLinkDocument = graphql(`
  mutation CreateLink($input: CreateLinkInput!) {
    createLink(input: $input) {
      link {
        id
        url
        platform
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const ArchiveLinkDocument = graphql(`
  mutation ArchiveLink($input: ArchiveLinkInput!) {
    archiveLink(input: $input) {
      link {
        id
        archivedAt
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const CreateCodeDocument = graphql(`
  mutation CreateCode($input: CreateCodeInput!) {
    createCode(input: $input) {
      code {
        id
        code
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const ArchiveCodeDocument = graphql(`
  mutation ArchiveCode($input: ArchiveCodeInput!) {
    archiveCode(input: $input) {
      code {
        id
        archivedAt
      }
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export type LinkPartnership = CreatorLinksQuery['partnerships']['nodes'][number];
export type OwnLink = CreatorLinksQuery['links']['nodes'][number];
export type OwnCode = LinkPartnership['codes'][number];
