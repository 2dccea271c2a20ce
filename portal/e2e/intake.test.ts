import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, settled, signIn } from './browser';
import { becomes, fileOf, orderOf, refundOf, shopOf, wantsASecondLook } from './intake';
import { deliver } from './shop';
import { newWorld } from './world';

const world = newWorld('intake');
const BASE = '/b/lumen-skin';

async function manager(): Promise<{ api: Api; brandId: string }> {
  const api = await Api.signIn(world.server.url, 'brand@demo.test');
  const { viewer } = await api.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
  return { api, brandId: viewer.memberships.find(({ brand }) => brand.slug === 'lumen-skin')?.brand.id ?? '' };
}

describe('what comes in', () => {
  it('a refund that waits for its order is shown in words and handled when the order is there', async () => {
    const { api, brandId } = await manager();
    const shop = await shopOf(api, brandId);
    const order = 7_200_000_000_010;
    expect(await deliver(shop, 'refunds/create', refundOf(order))).toBe(200);
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`${BASE}/integrations`);
    const row = page.getByRole('row', { name: /A refund/ });
    await row.getByText('Waits for its order').waitFor();
    await row.getByRole('button', { name: /A refund/ }).click();
    const panel = page.getByRole('complementary', { name: 'Delivery of a shop' });
    await panel.getByText('A refund that came before its order.').waitFor();
    expect(await look(watched)).toEqual([]);
    expect(await deliver(shop, 'orders/paid', orderOf(order))).toBe(200);
    await panel.getByRole('button', { name: 'Handle it again' }).click();
    await panel.getByText('Handled', { exact: true }).first().waitFor();
    await panel.getByText(/Refund .* was recorded|was known already/).waitFor();
    expect(await look(watched)).toEqual([]);
  });

  it('a secret is changed, shown once, and both count for a while', async () => {
    const { api, brandId } = await manager();
    const shop = await shopOf(api, brandId);
    const watched = await world.visit({ size: 'phone' });
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`${BASE}/integrations?open=${shop.id}`);
    await page.getByRole('button', { name: 'Change the secret' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Signing secret of webhooks').fill('short');
    await dialog.getByRole('button', { name: 'Change the secret' }).click();
    await dialog.getByText(/8 to 500/).waitFor();
    await dialog.getByLabel('Signing secret of webhooks').fill('a second secret of the shop');
    await dialog.getByRole('button', { name: 'Change the secret' }).click();
    await dialog.getByText('a second secret of the shop').waitFor();
    expect(await look(watched)).toEqual([]);
    await dialog.getByRole('button', { name: 'I have kept it' }).click();
    await page.getByText(/The former one counts until/).waitFor();
    for (const secret of [shop.secret, 'a second secret of the shop']) expect(await deliver({ ...shop, secret }, 'products/update', `{"id": "${secret}"}`)).toBe(200);
    expect(await deliver({ ...shop, secret: 'another one' }, 'products/update', '{}')).toBe(401);
  });

  it('a file is checked first, its mistakes are listed by line, and the rest is recorded', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`${BASE}/orders`);
    await page.getByRole('link', { name: 'Import orders' }).click();
    await page.getByRole('heading', { level: 1, name: 'Import orders' }).waitFor();
    await page.getByLabel('The file').setInputFiles({ name: 'fair.csv', mimeType: 'text/csv', buffer: Buffer.from(fileOf(60, ['fair-x,#FX,2026-02-30,EUR,10.00,10.00,'])) });
    await page.getByLabel('Shop whose orders they are').fill('fair.example');
    await page.getByRole('button', { name: 'Check the file' }).click();
    const problem = page.getByRole('row', { name: /^62 placed_at/ });
    await problem.waitFor();
    expect(await look(watched)).toEqual([]);
    await page.getByRole('button', { name: 'Leave 1 out and record 60 orders' }).click();
    await page.getByText('60 new orders, 1 left out').waitFor({ timeout: 60_000 });
    expect(await look(watched)).toEqual([]);
    await page.getByRole('link', { name: 'See the orders' }).click();
    await settled(page);
    await page.getByText('#F0', { exact: true }).first().waitFor();
  });

  it('a file that came in part is gone on with, and a file that is no text is refused', async () => {
    const { api, brandId } = await manager();
    const file = fileOf(12);
    const { import: begun } = await api.change<{ import: { id: string } }>('importOrders', 'mutation ($input: ImportOrdersInput!) { importOrders(input: $input) { import { id } userErrors { message } } }', { brandId, fileName: 'history.csv', store: 'old.example', part: file.slice(0, 333), more: true });
    const watched = await world.visit({ size: 'phone', scheme: 'dark' });
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`${BASE}/imports/${begun.id}`);
    const choose = (name: string, content: Buffer) => page.getByLabel('The same file again').setInputFiles({ name, mimeType: 'text/csv', buffer: content });
    const go = page.getByRole('button', { name: 'Go on sending' });
    await choose('other.csv', Buffer.from(file));
    await go.click();
    await page.getByText('This is another file. Choose history.csv.').waitFor();
    expect(await look(watched)).toEqual([]);
    await choose('history.csv', Buffer.concat([Buffer.from(file.slice(0, 333)), Buffer.from([0xff, 0xfe, 0xfd])]));
    await go.click();
    await page.getByText(/This is no text in UTF-8/).waitFor();
    await choose('history.csv', Buffer.from(file));
    await go.click();
    await page.getByRole('button', { name: 'Record 12 orders' }).click();
    await page.getByText('12 new orders').waitFor({ timeout: 60_000 });
  });

  it('a chargeback is recorded on an order, and then what the bank decided', async () => {
    const { api, brandId } = await manager();
    const { orders } = await api.ask<{ orders: { nodes: { id: string }[] } }>('query ($brandId: ID!) { orders(brandId: $brandId, payment: PAID, first: 1) { nodes { id } } }', { brandId });
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`${BASE}/orders/${orders.nodes[0]?.id ?? ''}`);
    await page.getByRole('button', { name: 'Record a chargeback' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Number of the case').fill('dp_77');
    await dialog.getByLabel('What the bank wrote').fill('The customer does not know the charge');
    await dialog.getByRole('button', { name: 'Record it' }).click();
    const row = page.getByRole('row', { name: /dp_77/ });
    await row.getByText('The bank asks for the money').waitFor();
    expect(await look(watched)).toEqual([]);
    await row.getByRole('button', { name: 'It decided' }).click();
    await page.getByRole('dialog').getByLabel('What the bank says').selectOption({ label: 'The shop keeps the money' });
    await page.getByRole('dialog').getByRole('button', { name: 'Record it' }).click();
    await row.getByText('The shop keeps the money').waitFor();
  });

  it('a paid sale that would be another creator’s now is given away by the owner, who keeps the first one paid', async () => {
    const { api, brandId } = await manager();
    const suggestion = await wantsASecondLook(api, brandId);
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto(`${BASE}/holds`);
    await page.getByRole('link', { name: /Second look/ }).click();
    await page.getByRole('row', { name: /Maya Okafor/ }).getByRole('button').click();
    await page.waitForURL(`**/holds?**open=${suggestion}`);
    const panel = page.getByRole('complementary', { name: 'A second look' });
    expect(await look(watched)).toEqual([]);
    await panel.getByRole('button', { name: 'Give it to Maya Okafor' }).click();
    await panel.getByLabel('Why').fill('The shop told the wrong code first.');
    await panel.getByRole('button', { name: 'Give the sale' }).click();
    await page.getByText('No sale wants a second look').waitFor();
    expect(await look(watched)).toEqual([]);
  });

  it('a manager proposes whom a paid sale goes to, and finance confirms it', async () => {
    const { api, brandId } = await manager();
    const suggestion = await wantsASecondLook(api, brandId);
    await becomes(api, brandId, 'finance2@demo.test', ['MANAGER']);
    const asks = await world.visit();
    await signIn(asks.page, 'finance2@demo.test');
    await asks.page.goto(`${BASE}/holds?state=SECOND_LOOK&open=${suggestion}`);
    const panel = asks.page.getByRole('complementary', { name: 'A second look' });
    await panel.getByRole('button', { name: 'Propose Maya Okafor' }).click();
    await panel.getByText('so finance confirms it').waitFor();
    expect(await look(asks)).toEqual([]);
    await panel.getByLabel('Why').fill('A viewer told us that she saw it there.');
    await panel.getByRole('button', { name: 'Propose it' }).click();
    await asks.page.getByText(/Finance is asked to confirm order/).waitFor();
    await asks.page.getByRole('row', { name: /Amira Haddad proposes it/ }).getByRole('button').click();
    await panel.getByText('You proposed it, so somebody else confirms it.').waitFor();

    const confirms = await world.visit({ size: 'phone', scheme: 'dark' });
    const { page } = confirms;
    await signIn(page, 'finance@demo.test');
    await page.goto(`${BASE}/finance/holds?state=SECOND_LOOK&open=${suggestion}`);
    const asked = page.getByRole('complementary', { name: 'A second look' });
    await asked.getByText('A viewer told us that she saw it there.', { exact: true }).waitFor();
    await asked.getByRole('button', { name: 'Give it to Maya Okafor' }).click();
    expect(await look(confirms)).toEqual([]);
    await asked.getByLabel('Why').fill('The click fits.');
    await asked.getByRole('button', { name: 'Confirm it' }).click();
    await page.getByText('No sale wants a second look').waitFor();
    expect(await look(confirms)).toEqual([]);
  });
});
