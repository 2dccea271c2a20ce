import { graphql } from '@/gql';
import type { LinkPageQuery } from '@/gql/graphql';

/** A creator's public page of links. */
export const LinkPageDocument = graphql(`
  query LinkPage($handle: String!, $program: String) {
    linkPage(creatorHandle: $handle, program: $program) {
      handle
      name
      bio
      programs {
        slug
        name
        brandName
        links {
          url
          label
          platform
          outOfStock
        }
        codes {
          code
          discount
          words
          endsAt
        }
      }
    }
  }
`);

export type ShownPage = NonNullable<LinkPageQuery['linkPage']>;
export type ShownProgram = ShownPage['programs'][number];
export type ShownLink = ShownProgram['links'][number];
