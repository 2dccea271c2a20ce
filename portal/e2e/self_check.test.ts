import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, PATIENCE_MS, settled, signIn } from './browser';
import { Shop } from './shop';
import { SHOPPER } from './shopper';
import { newWorld } from './world';

const world = newWorld('self_check');

const SECRET = 'the secret of the example shop';
/** Store events are stored within seconds, and the page looks every three, milliseconds. */
const SEEN_MS = 20_000;

let shop: Shop;
let integration = '';

beforeAll(async () => {
  const brand = await Api.signIn(world.server.url, 'brand@demo.test');
  const { viewer } = await brand.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
  const brandId = viewer.memberships.find((membership) => membership.brand.slug === 'lumen-skin')?.brand.id ?? '';
  shop = await Shop.open({ server: world.server.url, brand: brandId, consent: () => 'implied' });
  await brand.change('addBrandDomain', 'mutation ($input: AddBrandDomainInput!) { addBrandDomain(input: $input) { domain { verifiedAt } userErrors { code message field } } }', { brandId, host: 'localhost' });
  const made = await brand.change<{ integration: { id: string; webhookUrl: string } }>('connectIntegration', 'mutation ($input: ConnectIntegrationInput!) { connectIntegration(input: $input) { integration { id webhookUrl } userErrors { code message field } } }', { brandId, kind: 'SHOPIFY', store: 'example.myshopify.test', secret: SECRET });
  integration = made.integration.id;
  shop.connect(made.integration.webhookUrl, SECRET);
  // The page itself would let the link lead to the shop of the demo, which is nowhere.
  await brand.change('startTrackingSelfCheck', 'mutation ($input: StartTrackingSelfCheckInput!) { startTrackingSelfCheck(input: $input) { userErrors { code message field } } }', { integrationId: integration, destinationUrl: `${shop.url}/products/serum` });
});

afterAll(() => shop?.close());

describe('the self-check of a shop', () => {
  it('is begun, walked and passed on one page that is never loaded again', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`/b/lumen-skin/integrations?open=${integration}`);
    await settled(page);
    await page.getByRole('button', { name: 'Begin anew' }).click();
    await page.getByText('The steps change by themselves').waitFor();
    expect(await look(watched)).toEqual([]);
    const steps = page.getByRole('list', { name: 'Steps of the self-check' }).getByRole('listitem');
    const step = (name: string) => steps.filter({ hasText: name });
    const works = (name: string) => step(name).getByText('Works', { exact: true }).waitFor({ timeout: SEEN_MS });
    await step('The link is opened').getByText('Open the link in a private window').waitFor();

    const url = (await page.locator('.hook code').filter({ hasText: '/r/' }).innerText()).trim();
    const context = await world.browser.newContext({ userAgent: SHOPPER, locale: 'en-GB' });
    context.setDefaultTimeout(PATIENCE_MS);
    const shopper = await context.newPage();
    await shopper.goto(url);
    await works('The link is opened');
    await works('The shop’s page knows the click');
    const ready = () => shopper.waitForFunction(() => (window as { tributary?: { started?: boolean } }).tributary?.started);
    await ready();
    await shopper.getByRole('button', { name: 'Add to cart' }).click();
    await shopper.getByRole('heading', { name: 'Your cart' }).waitFor();
    await ready();
    await shopper.getByRole('button', { name: 'Check out' }).click();
    await shopper.getByRole('heading', { name: 'Thank you' }).waitFor();
    await ready();
    await works('Cart and checkout take it along');
    const order = shop.orders.at(-1);
    if (!order) throw new Error('the shop has no order');
    expect(await shop.tell({ ...order, test: true })).toBe(200);
    await works('The shop sends its webhook');
    await works('The order finds its click');
    expect(await shop.refund(order)).toBe(200);
    await page.getByText('A test order came through, with its refund.').waitFor({ timeout: SEEN_MS });
    await context.close();
    expect(await look(watched)).toEqual([]);
    await page.getByRole('button', { name: 'End, and archive the link' }).click();
    await page.getByText('Open this link in a private window').waitFor({ state: 'detached' });
  });

  it('says what to do on a phone, in the dark', async () => {
    const watched = await world.visit({ size: 'phone', scheme: 'dark' });
    await signIn(watched.page, 'brand@demo.test');
    await watched.page.goto(`/b/lumen-skin/integrations?open=${integration}`);
    await settled(watched.page);
    await watched.page.getByRole('heading', { name: 'Self-check' }).waitFor();
    expect(await look(watched)).toEqual([]);
  });
});
