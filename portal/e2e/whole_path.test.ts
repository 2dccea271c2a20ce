import { request } from 'node:http';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, settled, signIn, type Watched } from './browser';
import { SHOPPER, shopVisit } from './shopper';
import { newWorld } from './world';

const world = newWorld('whole_path');

/** Jobs that wait for their minute, such as the approval of commissions, are done within this, milliseconds. */
const MINUTE_JOB_MS = 150_000;

const CREATOR = { name: 'Wanda Quist', email: 'wanda@creators.test', password: 'a long pass phrase', handle: 'wandaquist' };
const PROGRAM = 'First Light';

/** A person at their own browser, kept over the tests of this file. */
async function person(email?: string): Promise<Watched> {
  const watched = await world.visit({}, { keep: true });
  if (email) await signIn(watched.page, email);
  return watched;
}

const rail = (page: Page) => page.getByRole('navigation', { name: 'Main', exact: true });

/** Goes to a place of the rail as a person does. */
async function goTo(page: Page, place: string, title = place): Promise<void> {
  await rail(page).getByRole('link', { name: place, exact: false }).first().click();
  await page.getByRole('heading', { level: 1, name: title }).waitFor();
  await settled(page);
}

/** Loads the page again until something is there. */
async function reloadUntil(page: Page, there: () => Promise<boolean>, patience = MINUTE_JOB_MS): Promise<void> {
  const end = Date.now() + patience;
  for (;;) {
    await settled(page);
    if (await there()) return;
    if (Date.now() > end) throw new Error(`not there in time on ${page.url()}`);
    await page.waitForTimeout(1_000);
    await page.reload();
  }
}

interface Progress {
  status: string;
  paid: number;
  total: number;
}

/** Follows a run over server-sent events until it is completed. `opened` is the first event. */
function followRun(api: Api, id: string): { opened: Promise<void>; events: Promise<Progress[]> } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  const events = new Promise<Progress[]>((resolve, reject) => {
    const sent = request(`${api.url}/graphql`, { method: 'POST', headers: { ...api.headers(), accept: 'text/event-stream', 'content-type': 'application/json' } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (part: string) => {
        text += part;
        const seen = text.split('\n\n').slice(0, -1).flatMap((block) => {
          const data = /^event: next\ndata: (.*)$/m.exec(block)?.[1];
          return data ? [(JSON.parse(data) as { data: { payoutRunProgress: Progress } }).data.payoutRunProgress] : [];
        });
        if (seen.length > 0) open();
        if (seen.at(-1)?.status === 'COMPLETED') {
          sent.destroy();
          resolve(seen);
        }
      });
      answer.on('end', () => reject(new Error(`the stream ended: ${text}`)));
    });
    sent.on('error', reject);
    sent.end(JSON.stringify({ query: 'subscription ($id: ID!) { payoutRunProgress(payoutRunId: $id) { status paid total } }', variables: { id } }));
  });
  return { opened, events };
}

/** Everybody of the story: they meet in its steps, which build on each other. */
const people = {} as { brand: Watched; creator: Watched; finance: Watched; finance2: Watched };
const story = {} as { secret: string; link: string; tid: string; brandId: string; runAddress: string; total: string };

const noTroubles = (...who: Watched[]) => expect(who.flatMap((one) => one.troubles())).toEqual([]);

describe('the whole path, from a new program to money on the way', { sequential: true }, () => {
  it('a brand makes a program without a return period, publishes what it pays and its terms, and opens it', async () => {
    people.brand = await person('brand@demo.test');
    const { page } = people.brand;
    await page.goto('/b/lumen-skin');
    await settled(page);
    await goTo(page, 'Programs and offers');
    await page.getByRole('link', { name: 'Make a program' }).first().click();
    await page.getByLabel('Name', { exact: true }).fill(PROGRAM);
    await page.getByLabel('In one sentence').fill('For those who show our mornings first.');
    await page.getByLabel('Return period, days').fill('0');
    await page.getByRole('button', { name: 'Make the program' }).click();
    await page.getByLabel('Rate, %', { exact: true }).fill('20');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('button', { name: 'Publish version 2' }).waitFor();
    await page.getByRole('navigation', { name: 'About this program' }).getByRole('link', { name: 'Terms' }).click();
    await page.getByLabel('The text that creators agree to').fill('## What we agree\n\n1. Mark advertising.\n2. Say only what you tried.');
    await page.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByRole('button', { name: 'Publish version 2' }).waitFor();
    await page.getByRole('button', { name: 'Open it', exact: true }).click();
    await page.getByRole('link', { name: 'Public page' }).waitFor();
    noTroubles(people.brand);
  });

  it('a key for the shop is made, and its secret is shown once', async () => {
    const { page } = people.brand;
    await goTo(page, 'Team and keys');
    await page.getByRole('link', { name: 'API keys' }).click();
    await page.getByRole('button', { name: 'Make a key' }).first().click();
    await page.getByLabel('What to call it').fill('Shop server');
    await page.getByLabel(/Record orders/i).check();
    await page.getByRole('button', { name: 'Make the key' }).click();
    story.secret = await page.locator('.panel code').innerText();
    await page.getByRole('button', { name: 'I have kept it' }).click();
    await page.locator('.panel').waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('table', { name: 'API keys' }).getByText('Shop server').waitFor();
    expect((await page.content()).includes(story.secret)).toBe(false);
    noTroubles(people.brand);
  });

  it('somebody makes an account as a creator, finds the program and applies', async () => {
    people.creator = await person();
    const { page } = people.creator;
    await page.goto('/');
    await page.getByRole('link', { name: 'Make an account' }).click();
    await page.getByLabel('Your name').fill(CREATOR.name);
    await page.getByLabel('E-mail').fill(CREATOR.email);
    await page.getByLabel('Password').fill(CREATOR.password);
    await page.getByLabel('Handle').fill(CREATOR.handle);
    await page.getByLabel('Country').selectOption('DE');
    await page.getByRole('button', { name: 'Make an account' }).click();
    await page.locator('.app').waitFor();
    await settled(page);
    expect(await look(people.creator)).toEqual([]);
    await goTo(page, 'Programs');
    await page.getByRole('link', { name: 'Find', exact: true }).click();
    await page.getByLabel('Search by name').fill('light');
    await page.getByRole('link', { name: new RegExp(PROGRAM) }).click();
    await page.getByRole('heading', { level: 1, name: PROGRAM }).waitFor();
    await page.getByText('Instagram', { exact: true }).click();
    await page.getByLabel('How would you show it?').fill('Sunrise, one cup of tea, and the cleanser that I use anyway.');
    await page.getByRole('button', { name: 'Send the application' }).click();
    await page.getByText(/reads it and answers here/).first().waitFor();
    expect(await look(people.creator)).toEqual([]);
  });

  it('the brand reads the application and lets the creator in', async () => {
    const { page } = people.brand;
    await goTo(page, 'Applications');
    await page.getByText(CREATOR.name).first().click();
    const panel = page.getByRole('complementary', { name: `Application of ${CREATOR.name}` });
    await panel.getByText('Sunrise, one cup of tea').waitFor();
    await panel.getByLabel('Words to the creator').fill('Welcome, Wanda.');
    await panel.getByRole('button', { name: 'Let them in' }).click();
    await page.getByText(`${CREATOR.name} is in.`).first().waitFor();
    noTroubles(people.brand);
  });

  it('the creator accepts the terms and makes a link', async () => {
    const { page } = people.creator;
    await goTo(page, 'Home', '');
    await goTo(page, 'Links and codes');
    await page.getByRole('link', { name: 'Read and accept the terms' }).click();
    await page.getByLabel(/I accept these terms/).check();
    await page.getByLabel(/I mark every post/).check();
    await page.getByRole('button', { name: 'Accept the terms' }).click();
    await page.getByRole('link', { name: 'Get a link' }).click();
    await page.getByRole('heading', { level: 1, name: 'Links and codes' }).waitFor();
    await settled(page);
    await page.locator('.tools').getByRole('button', { name: 'Link', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'New link' });
    await panel.getByLabel('Your name for it').fill('Bio');
    await panel.getByRole('button', { name: 'Make the link' }).click();
    await panel.getByText('Your link works from now on').waitFor();
    await panel.getByRole('button', { name: 'Copy the link' }).click();
    story.link = await page.evaluate(() => navigator.clipboard.readText());
    expect(story.link).toMatch(new RegExp(`^${world.server.url}/r/[A-Za-z0-9-]+$`));
    expect(await look(people.creator)).toEqual([]);
  });

  it('a shopper follows the link to the shop, and the shop tells of the order', async () => {
    const shopper = await world.browser.newContext({ userAgent: SHOPPER, locale: 'en-GB' });
    const brought = await shopVisit(shopper, story.link);
    story.tid = brought.get('tid') ?? '';
    await shopper.close();
    expect(story.tid).toMatch(/^clk_/);
    expect([brought.get('utm_source'), brought.get('utm_campaign')]).toEqual([CREATOR.handle, 'first-light']);
    const staff = await Api.signIn(world.server.url, 'brand@demo.test');
    const { viewer } = await staff.ask<{ viewer: { memberships: { brand: { id: string; slug: string } }[] } }>('{ viewer { memberships { brand { id slug } } } }');
    story.brandId = viewer.memberships.find(({ brand }) => brand.slug === 'lumen-skin')?.brand.id ?? '';
    const shop = new Api(world.server.url, story.secret);
    const order = {
      brandId: story.brandId,
      externalId: '90001',
      name: '#90001',
      placedAt: new Date(Date.now() + 15_000).toISOString(), // nobody buys within seconds of a click
      currencyCode: 'EUR',
      tax: '19.00',
      shipping: '4.12',
      clickId: story.tid,
      customerEmail: 'somebody@shoppers.test',
      newCustomer: true,
      lines: [
        { name: 'Barrier Cream 50 ml', productId: 'LS-BAR', quantity: 2, net: '60.00' },
        { name: 'Gentle Foam Cleanser', productId: 'LS-FOA', net: '40.00' },
      ],
    };
    const record = 'mutation ($input: RecordOrderInput!) { recordOrder(input: $input) { order { id } duplicate userErrors { code message field } } }';
    const first = await shop.change<{ order: { id: string }; duplicate: boolean }>('recordOrder', record, order);
    const again = await shop.change<{ order: { id: string }; duplicate: boolean }>('recordOrder', record, order);
    expect([first.duplicate, again.duplicate, again.order.id]).toEqual([false, true, first.order.id]);
  });

  it('the creator sees the sale with its river, why it counts and how it was computed', async () => {
    const { page } = people.creator;
    await goTo(page, 'Sales');
    await reloadUntil(page, async () => (await page.getByText('€20.00').count()) > 0);
    await page.getByRole('link', { name: /90001|Barrier Cream/ }).first().click();
    await page.getByRole('heading', { level: 1, name: /^Sale of/ }).waitFor();
    await settled(page);
    await page.locator('.rbody svg').first().waitFor();
    const story = await page.locator('main').innerText();
    expect(story).toContain('You earn €20.00');
    expect(story).toMatch(/How your €20\.00 was computed/);
    expect(story).toContain('Barrier Cream 50 ml');
    expect(story).toMatch(/20\s?%/);
    expect(await look(people.creator)).toEqual([]);
  });

  it('the creator sets up payouts at Stripe and comes back', async () => {
    const { page } = people.creator;
    await goTo(page, 'Payouts');
    await page.getByRole('button', { name: 'Set up payouts at Stripe' }).click();
    await page.getByRole('button', { name: 'Complete onboarding' }).click();
    await page.getByRole('heading', { level: 1, name: 'You can be paid' }).waitFor();
    expect(await look(people.creator)).toEqual([]);
  });

  it('the brand sees the order and its figures', async () => {
    const { page } = people.brand;
    await goTo(page, 'Orders');
    await page.getByText('#90001').first().click();
    await page.getByRole('heading', { level: 1, name: /90001/ }).waitFor();
    await settled(page);
    expect(await page.locator('main').innerText()).toContain(CREATOR.name);
    expect(await look(people.brand)).toEqual([]);
    await page.goto('/b/lumen-skin/performance?range=7');
    await reloadUntil(page, async () => (await page.locator('main').innerText()).includes(CREATOR.name));
    expect(await look(people.brand)).toEqual([]);
  });

  it('finance prepares a run in which the new creator is, once the commission is approved', async () => {
    people.finance = await person('finance@demo.test');
    const { page } = people.finance;
    await page.goto('/b/lumen-skin/finance/runs/new');
    await reloadUntil(page, async () => (await page.getByRole('table', { name: 'Who gets paid' }).getByText(CREATOR.name).count()) > 0);
    const button = page.getByRole('button', { name: /^Prepare €/ });
    story.total = (await button.innerText()).replace('Prepare ', '').trim();
    expect(await look(people.finance)).toEqual([]);
    await button.click();
    await page.waitForURL(/\/finance\/runs\/[^/]*_[^/]*$/);
    story.runAddress = new URL(page.url()).pathname;
    await page.getByText('You prepared this run, so another person').waitFor();
    expect(await page.getByLabel('Type the total').count()).toBe(0);
    noTroubles(people.finance);
  });

  it('a second person approves it with the total typed, and a wrong total is refused at its field', async () => {
    people.finance2 = await person('finance2@demo.test');
    const { page } = people.finance2;
    await page.goto(story.runAddress);
    await settled(page);
    await page.getByLabel('Type the total').fill('1.00');
    await page.getByRole('button', { name: `Approve ${story.total}` }).click();
    await page.getByText('That is not the total of this run').waitFor();
    await page.getByLabel('Type the total').fill(story.total.replace(/[^\d.,]/g, ''));
    await page.getByRole('button', { name: `Approve ${story.total}` }).click();
    await page.getByText('Approved. Finance can send it now.').first().waitFor();
    expect(await look(people.finance2)).toEqual([]);
  });

  it('finance sends it with the total typed; its progress arrives by itself, on the page and as server-sent events', async () => {
    const { page } = people.finance;
    const caller = await Api.signIn(world.server.url, 'finance2@demo.test');
    const stream = followRun(caller, story.runAddress.split('/').pop() ?? '');
    await stream.opened;
    let streams = 0;
    page.on('request', (sent) => {
      if (sent.headers().accept?.includes('text/event-stream')) streams += 1;
    });
    await page.reload();
    await settled(page);
    await page.getByLabel('Type the total').fill(story.total.replace(/[^\d.,]/g, ''));
    await page.getByRole('button', { name: `Send ${story.total}` }).click();
    await page.getByText('Everybody was paid').waitFor({ timeout: MINUTE_JOB_MS });
    expect(streams).toBeGreaterThan(0);
    expect(await look(people.finance)).toEqual([]);
    const events = await stream.events;
    expect(events[0]).toMatchObject({ status: 'APPROVED', paid: 0 });
    expect(events.some(({ status }) => status === 'SENDING')).toBe(true);
    const last = events.at(-1);
    expect(last?.paid).toBe(last?.total);
    expect(last?.total).toBeGreaterThan(0);
  });

  it('the creator sees the payout', async () => {
    const { page } = people.creator;
    await goTo(page, 'Payouts');
    await reloadUntil(page, async () => (await page.getByRole('table', { name: 'All payouts' }).getByText('€20.00').count()) > 0);
    expect(await page.locator('main').innerText()).toMatch(/Paid/);
    expect(await look(people.creator)).toEqual([]);
  });
});

