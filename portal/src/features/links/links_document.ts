import { graphql } from '@/gql';
import type { CreatorLinksQuery, MatrixLinkFragment } from '@/gql/graphql';

/** What a cell of the matrix needs of a link. */
export const MatrixLink = graphql(`
  fragment MatrixLink on Link {
    id
    url
    qrSvgUrl
    qrPngUrl
    platform
    label
    campaign
    createdAt
    archivedAt
    outOfStockAt
    health {
      status
      checkedAt
      detail
    }
    clicksByDay
    totals {
      clicks
      orders
    }
    partnership {
      id
    }
  }
`);

/** What a code box needs of a code. */
export const MatrixCode = graphql(`
  fragment MatrixCode on Code {
    id
    code
    discount
    endsAt
    archivedAt
    shopState
    shops {
      kind
      store
      state
      reason
    }
  }
`);

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
          currency
          offer {
            id
            sentence
          }
        }
        codes {
          ...MatrixCode
        }
      }
    }
    links(first: 100) {
      nodes {
        ...MatrixLink
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
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
        ...UserErrorFields
      }
    }
  }
`);

/** Makes a link for each platform, and a code where there is none. */
export const CreateKitDocument = graphql(`
  mutation CreateKit($input: CreateKitInput!) {
    createKit(input: $input) {
      links {
        id
        url
        platform
      }
      code {
        id
        code
      }
      linksMade
      codeMade
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const RotateCodeDocument = graphql(`
  mutation RotateCode($input: RotateCodeInput!) {
    rotateCode(input: $input) {
      code {
        id
        code
      }
      archivedCode {
        id
        archivedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** All of one link, for its panel. */
export const LinkPanelDocument = graphql(`
  query LinkPanel($id: ID!) {
    link(id: $id) {
      ...MatrixLink
      code
      destinationUrl
      arrivalPreview
      fallbackUrl
      subId
      creator {
        id
        name
      }
      program {
        id
        name
        defaultDestinationUrl
        brand {
          id
          name
          fallbackUrl
        }
      }
    }
  }
`);

export const UpdateLinkDocument = graphql(`
  mutation UpdateLink($input: UpdateLinkInput!) {
    updateLink(input: $input) {
      link {
        id
        outOfStockAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const CheckLinkHealthDocument = graphql(`
  mutation CheckLinkHealth($input: CheckLinkHealthInput!) {
    checkLinkHealth(input: $input) {
      link {
        id
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Where a visitor would arrive with other words. */
export const LinkPreviewDocument = graphql(`
  query LinkPreview($partnershipId: ID!, $platform: Platform, $campaign: String, $destinationUrl: URL, $subId: String) {
    linkPreview(partnershipId: $partnershipId, platform: $platform, campaign: $campaign, destinationUrl: $destinationUrl, subId: $subId) {
      arrivalPreview
      parameters {
        name
        value
      }
    }
  }
`);

/** Clicks as they are counted. */
export const ClickActivityDocument = graphql(`
  subscription ClickActivity($brandId: ID) {
    clickActivity(brandId: $brandId) {
      at
      clicks
      links {
        clicks
        link {
          id
          url
          label
          platform
          creator {
            id
            name
          }
        }
      }
    }
  }
`);

/** Sales by link over a range of days, in one currency. */
export const LinkSalesDocument = graphql(`
  query LinkSales($filter: PerformanceFilter!) {
    performance(filter: $filter, groupBy: LINK) {
      asOf
      rows {
        key
        figures {
          orders
        }
      }
    }
  }
`);

/** The newest posts with the links that they use. */
export const LinkPostsDocument = graphql(`
  query LinkPosts($brandId: ID) {
    posts(brandId: $brandId, first: 100) {
      nodes {
        id
        title
        url
        platform
        publishedAt
        link {
          id
        }
      }
    }
  }
`);

/** The way from clicks to orders, with the equally long range before. */
export const LinkFunnelDocument = graphql(`
  query LinkFunnel($filter: FunnelFilter!) {
    funnel(filter: $filter) {
      from
      to
      asOf
      total {
        kind
        count
        visitors
        fromClicks
        fromPrevious
      }
      previous {
        kind
        count
        visitors
        fromClicks
        fromPrevious
      }
    }
  }
`);

export type LinkPartnership = CreatorLinksQuery['partnerships']['nodes'][number];
export type OwnLink = MatrixLinkFragment;
export type OwnCode = LinkPartnership['codes'][number];
