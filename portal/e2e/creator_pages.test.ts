import { describe } from 'vitest';
import { Api } from './api';
import { opensEveryPage } from './pages';
import { newWorld } from './world';

const world = newWorld('creator_pages');

interface Things {
  commissions: { nodes: { order: { id: string } | null; status: string }[] };
  claims: { nodes: { id: string }[] };
}

describe('pages of creators', () => {
  opensEveryPage(world, {
    email: 'creator@demo.test',
    kind: 'creator',
    base: '/creator',
    async things() {
      const caller = await Api.signIn(world.server.url, 'creator@demo.test');
      const { commissions, claims } = await caller.ask<Things>('{ commissions(first: 100) { nodes { status order { id } } } claims(first: 5) { nodes { id } } }');
      // One sale in each state that there is, and one that does not exist.
      const sales = new Map(commissions.nodes.flatMap(({ status, order }) => (order ? [[status, order.id] as const] : [])));
      return {
        'sales/:order': [...[...sales.values()].map((id) => `sales/${id}`), 'sales/none'],
        'programs/:slug': ['programs/glow-circle', 'programs/fjell-field-team', 'programs/no-such-program'],
        panels: claims.nodes.map(({ id }) => `sales/claims?open=${id}`),
        'payouts/stripe/:step': ['payouts/stripe/return', 'payouts/stripe/again'],
      };
    },
    views: ['/links?make=link', '/links?make=code', '/links?make=kit', '/links?clicks=table&funnel=table', '/sales/claims?make=claim', '/programs?show=find', '/settings?show=accounts', '/settings?show=security'],
  });

  // Somebody who waits for an answer, and has no sale, link or payout yet.
  opensEveryPage(world, { email: 'hana@demo.test', kind: 'creator', base: '/creator', only: ['', 'programs', 'links', 'sales', 'sales/claims', 'payouts', 'reviews'], things: async () => ({}) });
});
