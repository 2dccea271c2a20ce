import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '../snippet/snippet';
import { Api } from './api';
import { PATIENCE_MS } from './browser';
import { Shop, type ShopOrder } from './shop';
import { SHOPPER } from './shopper';
import { newWorld } from './world';

const world = newWorld('storefront');

const SECRET = 'the secret of the example shop';
/** An event that comes after its order moves the order's credit within this, milliseconds. */
const LATE_MS = 60_000;

interface Told {
  tid: string;
  events: { type: string; productId?: string; checkoutToken?: string; orderId?: string }[];
}

/** A shopper at a browser of their own, with what the snippet told. */
interface Shopper {
  page: Page;
  context: BrowserContext;
  told: Told[];
  errors: string[];
}

let brand: Api;
let brandId: string;
let creator: { name: string; handle: string };
let link: { id: string; url: string };
let shop: Shop;
let firstTid = '';
let consent: 'implied' | 'required' = 'implied';
const contexts: BrowserContext[] = [];

beforeAll(async () => {
  brand = await Api.signIn(world.server.url, 'brand@demo.test');
  const me = await Api.signIn(world.server.url, 'creator@demo.test');
  const { viewer } = await brand.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
  brandId = viewer.memberships.find((membership) => membership.brand.slug === 'lumen-skin')?.brand.id ?? '';
  shop = await Shop.open({ server: world.server.url, brand: brandId, consent: () => consent });
  await brand.change('addBrandDomain', 'mutation ($input: AddBrandDomainInput!) { addBrandDomain(input: $input) { domain { verifiedAt } userErrors { code message field } } }', { brandId, host: 'localhost' });
  const { integration } = await brand.change<{ integration: { webhookUrl: string } }>('connectIntegration', 'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integration { webhookUrl } userErrors { code message field } } }', { brandId, kind: 'SHOPIFY', store: 'example.myshopify.test', secret: SECRET });
  shop.connect(integration.webhookUrl, SECRET);
  const { partnerships } = await me.ask<{ partnerships: { nodes: { id: string; creator: { name: string; handle: string }; program: { brand: { id: string } } }[] } }>('{ partnerships(first: 50, status: ACTIVE) { nodes { id creator { name handle } program { brand { id } } } } }');
  const partnership = partnerships.nodes.find((node) => node.program.brand.id === brandId);
  if (!partnership) throw new Error('the demo creator is in no program of the brand');
  creator = partnership.creator;
  ({ link } = await me.change<{ link: { id: string; url: string } }>('createLink', 'mutation ($input: CreateLinkInput!) { createLink(input: $input) { link { id url } userErrors { code message field } } }', { partnershipId: partnership.id, destinationUrl: `${shop.url}/products/serum`, label: 'Example shop' }));
});

afterAll(async () => {
  for (const context of contexts) await context.close();
  await shop?.close();
});

/** Follows the creator's link to the shop, as the first thing that a new browser does. */
async function arrive(prepare?: (context: BrowserContext) => Promise<void>): Promise<Shopper> {
  const context = await world.browser.newContext({ userAgent: SHOPPER, locale: 'en-GB' });
  context.setDefaultTimeout(PATIENCE_MS);
  contexts.push(context);
  await prepare?.(context);
  const page = await context.newPage();
  const shopper: Shopper = { page, context, told: [], errors: [] };
  page.on('pageerror', (error) => shopper.errors.push(error.message));
  page.on('request', (sent) => {
    if (sent.url() === `${world.server.url}/t/events`) shopper.told.push(JSON.parse(sent.postData() ?? '{}') as Told);
  });
  await page.goto(link.url);
  expect(new URL(page.url()).origin).toBe(shop.url);
  await started(page);
  return shopper;
}

/** Waits until the snippet is there. */
const started = (page: Page) => page.waitForFunction(() => (window as { tributary?: { started?: boolean } }).tributary?.started);

const tidOf = (page: Page) => new URL(page.url()).searchParams.get('tid') ?? '';

/** Types of events that were told since it was asked last. */
const types = (shopper: Shopper) => shopper.told.splice(0).flatMap((body) => body.events.map(({ type }) => type));

/** What the browser keeps for the shop's own pages. */
const keptBy = async ({ page, context }: Shopper) => ({
  cookie: (await context.cookies(shop.url)).find(({ name }) => name === 'tributary_tid')?.value,
  storage: await page.evaluate(() => localStorage.getItem('tributary_tid')),
});

/** Puts the serum into the cart and buys it; gives the order. */
async function buy({ page }: Shopper): Promise<ShopOrder> {
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.getByRole('heading', { name: 'Your cart' }).waitFor();
  await started(page);
  await page.getByRole('button', { name: 'Check out' }).click();
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  await started(page);
  const order = shop.orders.at(-1);
  if (!order) throw new Error('the shop has no order');
  return order;
}

interface Decision {
  externalId: string;
  attribution: { verdict: string; cause: string; credits: { creator: { handle: string } | null }[]; touches: { outcome: string; reason: string | null }[] } | null;
}

/** The decision about an order of the shop, once it is there and as wanted. */
async function decided(order: ShopOrder, wanted: (decision: Decision) => boolean = () => true, patience = PATIENCE_MS): Promise<Decision> {
  const end = Date.now() + patience;
  for (;;) {
    const { orders } = await brand.ask<{ orders: { nodes: Decision[] } }>('query ($brandId: ID!) { orders(brandId: $brandId, first: 20) { nodes { externalId attribution { verdict cause credits { creator { handle } } touches { outcome reason } } } } }', { brandId });
    const found = orders.nodes.find(({ externalId }) => externalId === String(order.id));
    if (found?.attribution && wanted(found)) return found;
    if (Date.now() > end) throw new Error(`order ${order.id}: ${JSON.stringify(found)}`);
    await new Promise((done) => setTimeout(done, 250));
  }
}

/** Steps of the link's funnel that anybody took. Days are the brand's, whose own may be another than ours by now. */
async function funnel(): Promise<Record<string, number>> {
  const day = (later: number) => new Date(Date.now() + later * 86_400_000).toISOString().slice(0, 10);
  const answer = await brand.ask<{ funnel: { total: { kind: string; count: number }[] } }>('query ($filter: FunnelFilter!) { funnel(filter: $filter) { total { kind count } } }', { filter: { brandId, linkId: link.id, from: day(-1), to: day(1) } });
  return Object.fromEntries(answer.funnel.total.map(({ kind, count }) => [kind, count]));
}

describe('a shop with the snippet on its pages', { sequential: true }, () => {
  it('keeps the tid and hands it on in the cart, and the order is decided for the creator', async () => {
    const shopper = await arrive();
    const tid = tidOf(shopper.page);
    expect(tid).toMatch(/^clk_/);
    firstTid = tid;
    await expect.poll(() => keptBy(shopper)).toEqual({ cookie: tid, storage: tid });
    await shopper.page.getByRole('link', { name: 'Home' }).click();
    await started(shopper.page);
    await shopper.page.getByRole('button', { name: 'Add a gift' }).click();
    const order = await buy(shopper);
    expect(order.attributes).toEqual({ tributary_tid: tid });
    expect(types(shopper)).toEqual(['PAGE_VIEW', 'PAGE_VIEW', 'ADD_TO_CART', 'ADD_TO_CART', 'PAGE_VIEW', 'CHECKOUT', 'PAGE_VIEW', 'PURCHASE']);
    expect(await shop.tell({ ...order, landing: '/' })).toBe(200);
    const { attribution } = await decided(order);
    expect(attribution).toMatchObject({ verdict: 'CREDITED', credits: [{ creator: { handle: creator.handle } }] });
    expect(shopper.errors).toEqual([]);
  });

  it('shows in the funnel of the link', async () => {
    await expect.poll(funnel, { timeout: LATE_MS }).toEqual({ CLICK: 1, PAGE_VIEW: 4, ADD_TO_CART: 2, CHECKOUT: 1, ORDER: 1 });
  });

  it('ties an order without the attribute to its click by the checkout’s token, also when the order came first', async () => {
    const shopper = await arrive();
    // The shop's own "buy now" leaves the cart aside.
    const held: (() => void)[] = [];
    await shopper.page.route(`${world.server.url}/t.js`, (route) => void held.push(() => void route.continue()), { times: 1 });
    await shopper.page.getByRole('button', { name: 'Check out' }).click();
    await shopper.page.getByRole('heading', { name: 'Thank you' }).waitFor();
    const order = { ...(shop.orders.at(-1) as ShopOrder), attributes: {}, landing: '/' };
    expect(await shop.tell(order)).toBe(200);
    expect((await decided(order)).attribution?.verdict).toBe('NO_CREDIT');
    for (const release of held) release();
    await started(shopper.page);
    const { attribution } = await decided(order, (decision) => decision.attribution?.verdict === 'CREDITED', LATE_MS);
    expect(attribution).toMatchObject({ cause: 'LATE_CLICK', credits: [{ creator: { handle: creator.handle } }] });
  });

  it('keeps nothing and tells nothing before consent, and both afterwards', async () => {
    consent = 'required';
    const shopper = await arrive();
    const tid = tidOf(shopper.page);
    expect(await keptBy(shopper)).toEqual({ cookie: undefined, storage: null });
    await shopper.page.getByRole('link', { name: 'Home' }).click();
    await started(shopper.page);
    await shopper.page.goBack();
    await started(shopper.page);
    await shopper.page.getByRole('button', { name: 'Add a gift' }).click();
    expect(types(shopper)).toEqual([]);
    await shopper.page.getByRole('button', { name: 'Yes' }).click();
    await expect.poll(() => keptBy(shopper)).toEqual({ cookie: tid, storage: tid });
    await expect.poll(() => shopper.told.length).toBe(1);
    expect(types(shopper)).toEqual(['PAGE_VIEW', 'ADD_TO_CART']);
    const order = await buy(shopper);
    expect(order.attributes).toEqual({ tributary_tid: tid });
    expect(shopper.errors).toEqual([]);
  });

  it('forgets who says no, and what the shop knows of the click earns nothing', async () => {
    consent = 'required';
    const shopper = await arrive();
    await shopper.page.getByRole('button', { name: 'No' }).click();
    await expect.poll(() => shopper.told.length).toBe(1);
    const order = await buy(shopper);
    expect(types(shopper)).toEqual(['CONSENT_DENIED']);
    expect(await keptBy(shopper)).toEqual({ cookie: undefined, storage: null });
    expect(order.attributes).toEqual({});
    expect(order.landing).toContain('tid=clk_');
    expect(await shop.tell(order)).toBe(200);
    expect((await decided(order)).attribution).toMatchObject({ verdict: 'NO_CREDIT', touches: [{ outcome: 'NOT_COUNTED', reason: 'CONSENT_DENIED' }] });
    consent = 'implied';
  });

  it('works where storage throws: the cart carries the tid', async () => {
    const shopper = await arrive(async (context) => {
      await context.addInitScript(() => {
        const refuse = () => {
          throw new DOMException('denied', 'SecurityError');
        };
        Object.defineProperty(window, 'localStorage', { get: refuse });
        Object.defineProperty(document, 'cookie', { get: refuse, set: refuse });
      });
    });
    const tid = tidOf(shopper.page);
    await shopper.page.getByRole('button', { name: 'Add a gift' }).click();
    expect(types(shopper)).toEqual(['PAGE_VIEW', 'ADD_TO_CART']);
    const order = await buy(shopper);
    expect(types(shopper), 'the next pages do not know it').toEqual(['ADD_TO_CART']);
    expect(order.attributes).toEqual({ tributary_tid: tid });
    expect(await shop.tell({ ...order, landing: '/' })).toBe(200);
    expect((await decided(order)).attribution?.verdict).toBe('CREDITED');
    expect(shopper.errors).toEqual([]);
  });

  it('leaves a visitor alone who came by no link', async () => {
    const context = await world.browser.newContext({ userAgent: SHOPPER });
    contexts.push(context);
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (sent) => asked.push(new URL(sent.url()).pathname));
    await page.goto(`${shop.url}/products/serum`);
    await started(page);
    await page.getByRole('button', { name: 'Add a gift' }).click();
    expect(asked).toEqual(['/products/serum', '/t.js']);
    expect((await context.cookies(shop.url)).map(({ name }) => name)).toEqual(['cart']);
  });

  it('is not spoken for by another site', async () => {
    const before = await funnel();
    const say = async (origin: string) => {
      const body = JSON.stringify({ brand: brandId, tid: firstTid, events: [{ id: newId(), type: 'PAGE_VIEW' }] });
      return (await fetch(`${world.server.url}/t/events`, { method: 'POST', headers: { origin, 'content-type': 'text/plain', 'user-agent': SHOPPER }, body })).status;
    };
    expect([await say('https://evil.test'), await say('null'), await say(`${shop.url}.evil.test`), await say(shop.url)]).toEqual([403, 403, 403, 204]);
    await expect.poll(funnel).toEqual({ ...before, PAGE_VIEW: (before.PAGE_VIEW ?? 0) + 1 });
  });
});
