import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, settled, signIn } from './browser';
import { opensEveryPage } from './pages';
import { newWorld } from './world';

const world = newWorld('brand_pages');

interface Things {
  orders: { nodes: { id: string }[] };
  prospects: { nodes: { id: string }[] };
  applications: { nodes: { id: string }[] };
  partnerships: { nodes: { id: string }[] };
  holds: { nodes: { id: string }[] };
  claims: { nodes: { id: string }[] };
  surveyQueue: { nodes: { id: string }[] };
  posts: { nodes: { id: string }[] };
  due: { nodes: { id: string }[] };
  decided: { nodes: { id: string }[] };
  experiments: { nodes: { id: string }[] };
  integrations: { nodes: { id: string }[] };
}

const THINGS = `query ($brandId: ID!) {
  orders(first: 3, brandId: $brandId) { nodes { id } }
  prospects(first: 1, brandId: $brandId) { nodes { id } }
  applications(first: 1, brandId: $brandId) { nodes { id } }
  partnerships(first: 1, brandId: $brandId) { nodes { id } }
  holds(first: 1, brandId: $brandId) { nodes { id } }
  claims(first: 5, brandId: $brandId) { nodes { id } }
  surveyQueue(first: 2, brandId: $brandId) { nodes { id } }
  posts(first: 1, brandId: $brandId) { nodes { id } }
  due: reviews(first: 1, brandId: $brandId, status: DUE) { nodes { id } }
  decided: reviews(first: 1, brandId: $brandId, status: DECIDED) { nodes { id } }
  experiments(first: 2, brandId: $brandId) { nodes { id } }
  integrations(first: 1, brandId: $brandId) { nodes { id } }
}`;

describe('pages of brands', () => {
  opensEveryPage(world, {
    email: 'brand@demo.test',
    kind: 'brand',
    base: '/b/lumen-skin',
    async things() {
      const caller = await Api.signIn(world.server.url, 'brand@demo.test');
      const { viewer } = await caller.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
      const brandId = viewer.memberships.find(({ brand }) => brand.slug === 'lumen-skin')?.brand.id;
      const { orders, prospects, applications, partnerships, holds, claims, surveyQueue, posts, due, decided, experiments, integrations } = await caller.ask<Things>(THINGS, { brandId });
      const first = ({ nodes }: { nodes: { id: string }[] }) => nodes[0]?.id ?? '';
      return {
        'programs/:program': ['programs/glow-circle', 'programs/glow-circle?tab=offer', 'programs/glow-circle?tab=terms', 'programs/glow-circle?tab=resources', 'programs/no-such-program'],
        'orders/:order': [...orders.nodes.map(({ id }) => `orders/${id}`), 'orders/none'],
        panels: [`pipeline?open=${first(prospects)}`, `applications?open=${first(applications)}`, `creators?open=${first(partnerships)}`, `holds?open=${first(holds)}`, ...claims.nodes.map(({ id }) => `claims?open=${id}`), ...surveyQueue.nodes.map(({ id }) => `survey?open=${id}`), `posts?open=${first(posts)}`, `reviews?open=${first(due)}`, `reviews?state=DECIDED&open=${first(decided)}`, ...experiments.nodes.map(({ id }) => `experiments?open=${id}`), `integrations?open=${first(integrations)}`],
      };
    },
    views: ['/pipeline?open=new', '/links?make=link', '/links?make=code', '/links?clicks=table&funnel=table', '/team?tab=keys', '/team?open=invite', '/integrations?open=new', '/performance?by=PLATFORM&show=clicks', '/models?model=SHAPLEY&show=orders', '/models?back=2&range=365', '/applications?state=APPROVED', '/holds?state=RELEASED', '/holds?why=SELF_REFERRAL', '/claims?state=ANSWERED', '/survey?state=MATCHED', '/reviews?state=DECIDED', '/experiments?open=new'],
  });

  // A brand that has tried nothing yet.
  opensEveryPage(world, { email: 'brand@demo.test', kind: 'brand', base: '/b/fjell-outdoor', only: ['experiments'], things: async () => ({}) });

  it('a program is found by the words of the palette, with the keyboard alone', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto('/b/lumen-skin');
    await settled(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('applic');
    await page.getByRole('option', { name: /Applications/ }).first().waitFor();
    expect(await look(watched)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/b/lumen-skin/applications');
    await page.getByRole('heading', { level: 1, name: 'Applications' }).waitFor();
  });
});
