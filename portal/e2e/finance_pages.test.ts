import { describe } from 'vitest';
import { Api } from './api';
import { opensEveryPage } from './pages';
import { newWorld } from './world';

const world = newWorld('finance_pages');

describe('pages of finance', () => {
  opensEveryPage(world, {
    email: 'finance@demo.test',
    kind: 'finance',
    base: '/b/lumen-skin/finance',
    async things() {
      const caller = await Api.signIn(world.server.url, 'finance@demo.test');
      const { viewer } = await caller.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
      const brandId = viewer.memberships.find(({ brand }) => brand.slug === 'lumen-skin')?.brand.id;
      const { orders, payoutRuns } = await caller.ask<{ orders: { nodes: { id: string }[] }; payoutRuns: { nodes: { id: string }[] } }>('query ($brandId: ID!) { orders(first: 1, brandId: $brandId) { nodes { id } } payoutRuns(first: 2, brandId: $brandId) { nodes { id } } }', { brandId });
      return { 'orders/:order': orders.nodes.map(({ id }) => `orders/${id}`), 'runs/:run': [...payoutRuns.nodes.map(({ id }) => `runs/${id}`), 'runs/none'] };
    },
    views: ['/funds?open=new', '/runs/new?tab=wait', '/holds?state=RELEASED', '/payouts?state=PAID'],
  });
});

describe('pages of administration', () => {
  opensEveryPage(world, { email: 'admin@demo.test', kind: 'admin', base: '/admin', things: async () => ({}) });
});
