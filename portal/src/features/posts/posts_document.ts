import { graphql } from '@/gql';

/** The creator's own posts, newest first. */
export const PostsDocument = graphql(`
  query CreatorPosts($first: Int!, $after: String) {
    posts(first: $first, after: $after) {
      nodes {
        id
        platform
        url
        title
        publishedAt
        disclosed
        program {
          id
          name
          brand {
            id
            name
          }
        }
        link {
          id
          url
          totals {
            clicks
            orders
          }
        }
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** A post as its brand sees it, with the figures of its link. */
export const PostFields = graphql(`
  fragment PostFields on Post {
    id
    platform
    url
    title
    publishedAt
    disclosed
    creator {
      id
      name
      handle
    }
    program {
      id
      name
    }
    link {
      id
      url
      totals {
        ...FigureFields
      }
    }
  }
`);

/** The posts of a brand's programs, latest published first. */
export const BrandPostsDocument = graphql(`
  query BrandPosts($brandId: ID!, $first: Int, $after: String) {
    posts(brandId: $brandId, first: $first, after: $after) {
      nodes {
        ...PostFields
      }
      pageInfo {
        ...PageInfoFields
      }
      totalCount
    }
  }
`);

/** What a post can belong to: programs that are going on, and links. */
export const PostPlacesDocument = graphql(`
  query PostPlaces {
    partnerships(first: 100) {
      nodes {
        id
        status
        program {
          id
          name
          brand {
            id
            name
          }
        }
      }
    }
    links(first: 100) {
      nodes {
        id
        url
        platform
        archivedAt
        partnership {
          id
        }
      }
    }
  }
`);

export const SubmitPostDocument = graphql(`
  mutation SubmitPost($input: SubmitPostInput!) {
    submitPost(input: $input) {
      post {
        id
        title
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
