import { describe, expect, it } from 'vitest';
import type { FrameQuery } from '@/gql/graphql';
import { readViewer } from './viewer';

const brand = { __typename: 'Brand' as const, id: 'brd_1', slug: 'lumen-skin', name: 'Lumen Skin' };

function answer(viewer: Partial<NonNullable<FrameQuery['viewer']>>): FrameQuery {
  return {
    __typename: 'Query',
    deployment: { __typename: 'Deployment', mode: 'SANDBOX' },
    viewer: {
      __typename: 'Viewer',
      admin: false,
      sendingNeedsTotp: true,
      user: { __typename: 'User', id: 'usr_1', name: 'Maya Okafor', email: 'maya@okafor.studio' },
      creator: null,
      memberships: [],
      ...viewer,
    },
  };
}

describe('the hats of a person', () => {
  it('are one for creating and one for each brand', () => {
    const viewer = readViewer(
      answer({
        creator: { __typename: 'Creator', id: 'cre_1', name: 'Maya' },
        memberships: [{ __typename: 'Membership', id: 'mem_1', roles: ['ANALYST'], brand }],
      }),
    );
    expect(viewer?.hats.map((hat) => [hat.kind, hat.base, hat.role])).toEqual([
      ['creator', '/creator', 'Creator'],
      ['brand', '/b/lumen-skin', 'Analyst'],
    ]);
    expect(viewer?.sandbox).toBe(true);
  });

  it('hold the money only for finance and owners', () => {
    const kinds = (roles: ('OWNER' | 'MANAGER' | 'ANALYST' | 'FINANCE')[]) =>
      readViewer(answer({ memberships: [{ __typename: 'Membership', id: 'mem_1', roles, brand }] }))?.hats.map((hat) => hat.kind);
    expect(kinds(['FINANCE'])).toEqual(['finance']);
    expect(kinds(['MANAGER'])).toEqual(['brand']);
    expect(kinds(['OWNER'])).toEqual(['brand', 'finance']);
    expect(kinds(['MANAGER', 'FINANCE'])).toEqual(['brand', 'finance']);
  });

  it('are none for an API key or nobody', () => {
    expect(readViewer(answer({ user: null }))).toBeNull();
    expect(readViewer({ __typename: 'Query', deployment: { __typename: 'Deployment', mode: 'LIVE' }, viewer: null })).toBeNull();
  });
});
