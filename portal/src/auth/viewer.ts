import { useQuery, type CombinedError } from 'urql';
import type { Hat, Viewer } from '@/frame/hats';
import { graphql } from '@/gql';
import type { FrameQuery, Role } from '@/gql/graphql';

const FrameDocument = graphql(`
  query Frame {
    deployment {
      mode
    }
    viewer {
      admin
      sendingNeedsTotp
      user {
        id
        name
        email
      }
      creator {
        id
        name
      }
      memberships {
        id
        roles
        brand {
          id
          slug
          name
        }
      }
    }
  }
`);

const ROLE_WORDS: [Role, string][] = [
  ['OWNER', 'Owner'],
  ['MANAGER', 'Brand manager'],
  ['ANALYST', 'Analyst'],
];

/** The hats of a person: creator, each brand they run or read, each brand whose money they handle, administration. */
export function readViewer(data: FrameQuery): Viewer | null {
  const viewer = data.viewer;
  if (!viewer?.user) return null;
  const hats: Hat[] = [];
  if (viewer.creator) hats.push({ kind: 'creator', name: viewer.creator.name, role: 'Creator', base: '/creator' });
  for (const { brand, roles } of viewer.memberships) {
    const worded = ROLE_WORDS.find(([role]) => roles.includes(role));
    if (worded) hats.push({ kind: 'brand', name: brand.name, role: worded[1], base: `/b/${brand.slug}`, brand, roles });
    // The owner approves runs, so the money's pages are theirs too.
    if (roles.includes('FINANCE') || roles.includes('OWNER')) {
      hats.push({ kind: 'finance', name: brand.name, role: 'Finance', base: `/b/${brand.slug}/finance`, brand, roles });
    }
  }
  if (viewer.admin) hats.push({ kind: 'admin', name: viewer.user.name, role: 'Administration', base: '/admin' });
  return {
    id: viewer.user.id,
    name: viewer.user.name,
    email: viewer.user.email,
    hats,
    sandbox: data.deployment.mode === 'SANDBOX',
    mode: data.deployment.mode,
    sendingNeedsTotp: viewer.sendingNeedsTotp,
  };
}

/** Asks who is signed in; "again" asks once more, as after a new membership. */
export function useSignedIn(): { viewer: Viewer | null; error: CombinedError | undefined; waiting: boolean; again: () => void } {
  const [{ data, error, fetching }, run] = useQuery({ query: FrameDocument });
  return { viewer: data ? readViewer(data) : null, error, waiting: fetching && !data, again: () => run({ requestPolicy: 'network-only' }) };
}
