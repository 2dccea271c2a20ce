import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { look, settled, signIn, type Watched } from './browser';
import { SHOPPER, shopVisit } from './shopper';
import { newWorld } from './world';

const world = newWorld('links');

const CREATOR = { email: 'creator@demo.test', name: 'Maya Okafor', handle: 'maya.okafor' };
const LINK = { ending: 'maya-letter', label: 'Letter of the week', campaign: 'winter letter' };
/** Clicks are written in batches and told at most every two seconds, and a page reads its figures again at most every five, milliseconds. */
const COUNTED_MS = 30_000;

const url = () => `${world.server.url}/r/${LINK.ending}`;
/** The address as people write it. */
const shown = () => url().replace('http://', '');

/** A shopper follows the link: the answer is a redirect to the shop, with the click's id and the campaign. */
async function follow(link = url()): Promise<void> {
  const shopper = await world.browser.newContext({ userAgent: SHOPPER });
  const brought = await shopVisit(shopper, link);
  await shopper.close();
  expect(brought.get('tid')).toMatch(/^clk_/);
}

const pasted = (page: Page) => page.evaluate(() => navigator.clipboard.readText());

/** Marks the page as it is now; gives whether it is still the same, without a reload. */
async function stays(page: Page): Promise<() => Promise<boolean>> {
  await page.evaluate(() => void Object.assign(window, { stayed: true }));
  return () => page.evaluate(() => 'stayed' in window);
}

/** Saves what a link of the page downloads. */
async function download(page: Page, name: string): Promise<{ file: string; content: Buffer }> {
  const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name, exact: true }).click()]);
  return { file: saved.suggestedFilename(), content: await readFile(await saved.path()) };
}

const cellOf = (page: Page, address: string) => page.getByRole('cell').filter({ has: page.getByRole('button', { name: `Copy ${address}` }) });

interface Own {
  partnerships: { nodes: { id: string; status: string; program: { name: string } }[] };
  links: { nodes: { url: string; platform: string; campaign: string; archivedAt: string | null; partnership: { id: string } }[] };
}
const OWN = '{ partnerships(first: 50) { nodes { id status program { name } } } links(first: 100) { nodes { url platform campaign archivedAt partnership { id } } } }';

let maya: Watched;
let brand: Watched;

describe('links and codes of a creator', { sequential: true }, () => {
  it('a link is made with a campaign, after a look at where visitors arrive, and is copied', async () => {
    maya = await world.visit({}, { keep: true });
    const { page } = maya;
    await signIn(page, CREATOR.email);
    await page.goto('/creator/links');
    await settled(page);
    await page.locator('.tools').getByRole('button', { name: 'Link', exact: true }).click();
    const panel = page.getByRole('complementary', { name: 'New link' });
    await panel.getByLabel('Program').selectOption({ label: 'Glow Circle (Lumen Skin)' });
    await panel.getByLabel('Where you share it').selectOption('NEWSLETTER');
    await panel.getByLabel('Ending of the address').fill(LINK.ending);
    await panel.getByLabel('Your name for it').fill(LINK.label);
    await panel.getByLabel('Campaign').fill(LINK.campaign);
    const arrival = panel.getByRole('region', { name: 'Where visitors arrive' });
    // The program names its creator, platform and itself to the shop, and says of the campaign that it does not.
    await arrival.getByText('newsletter', { exact: true }).waitFor();
    await arrival.getByText('This program does not hand the campaign on').waitFor();
    expect((await arrival.locator('.address').innerText()).replaceAll('\n', '')).toMatch(/^https:\/\/lumen-skin\.test.*tid=….*&utm_medium=newsletter&utm_source=maya\.okafor$/);
    expect(await look(maya)).toEqual([]);
    await panel.getByRole('button', { name: 'Make the link' }).click();
    await panel.getByText('Your link works from now on').waitFor();
    await panel.getByRole('button', { name: 'Copy the link' }).click();
    await expect.poll(() => pasted(page)).toBe(url());
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    const cell = cellOf(page, shown());
    await cell.getByText('Not clicked yet').waitFor();
    await cell.getByRole('button', { name: `Copy ${shown()}` }).click();
    await cell.getByText('Copied').waitFor();
    expect(await look(maya)).toEqual([]);
  });

  it('its QR code is downloaded as SVG and as PNG', async () => {
    const { page } = maya;
    await cellOf(page, shown()).getByRole('button', { name: `QR code of ${shown()}` }).click();
    await page.getByRole('dialog', { name: `QR code of ${shown()}` }).waitFor();
    expect(await look(maya)).toEqual([]);
    const [svg, png] = [await download(page, 'SVG'), await download(page, 'PNG')];
    expect([svg.file, png.file]).toEqual([`${LINK.ending}.svg`, `${LINK.ending}.png`]);
    // The picture says that it is whole: what a browser draws of it is as wide as high, and has dark and light in it.
    for (const [kind, { content }] of [['image/svg+xml', svg], ['image/png', png]] as const) {
      const drawn = await page.evaluate(async ([type, data]) => {
        const picture = new Image();
        picture.src = `data:${type};base64,${data}`;
        await picture.decode();
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [200, 200];
        const drawing = canvas.getContext('2d') as CanvasRenderingContext2D;
        drawing.drawImage(picture, 0, 0, 200, 200);
        const { data: dots } = drawing.getImageData(0, 0, 200, 200);
        let dark = 0;
        for (let at = 0; at < dots.length; at += 4) if ((dots[at + 3] ?? 0) > 128 && (dots[at] ?? 0) < 128) dark += 1;
        return { square: picture.naturalWidth === picture.naturalHeight && picture.naturalWidth > 0, dark: dark / (200 * 200) };
      }, [kind, content.toString('base64')] as const);
      expect(drawn.square, kind).toBe(true);
      expect(drawn.dark, kind).toBeGreaterThan(0.2);
      expect(drawn.dark, kind).toBeLessThan(0.7);
    }
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: `QR code of ${shown()}` }).waitFor({ state: 'detached' });
  });

  it('a kit for all platforms is made in one action, and makes nothing twice', async () => {
    const { page } = maya;
    const caller = await Api.signIn(world.server.url, CREATOR.email);
    const before = await caller.ask<Own>(OWN);
    await page.getByRole('button', { name: 'Kit for all platforms' }).click();
    const dialog = page.getByRole('dialog', { name: 'Kit for all platforms' });
    // Where the creator publishes is chosen already.
    await expect.poll(() => dialog.getByRole('checkbox', { checked: true }).count()).toBeGreaterThan(1);
    for (const platform of ['Newsletter', 'Podcast', 'Blog']) await dialog.getByLabel(platform, { exact: true }).check();
    expect(await look(maya)).toEqual([]);
    const button = dialog.getByRole('button', { name: /^Make \d+ links/ });
    const promised = Number(/\d+/.exec(await button.innerText())?.[0]);
    await button.click();
    await page.getByText('All of it works from now on.').waitFor();
    await page.getByRole('button', { name: 'Copy all of the kit' }).click();
    await expect.poll(async () => (await pasted(page)).split('\n').filter((line) => line.includes('/r/')).length).toBe(promised);
    expect(await look(maya)).toEqual([]);
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    const after = await caller.ask<Own>(OWN);
    expect(after.links.nodes.length - before.links.nodes.length).toBe(promised);
    const open = after.partnerships.nodes.filter(({ status }) => status === 'ACTIVE');
    expect(open.length).toBeGreaterThan(1);
    for (const { id, program } of open) {
      const platforms = after.links.nodes.filter((link) => link.partnership.id === id && !link.archivedAt).map(({ platform }) => platform);
      expect([...new Set(platforms)].sort(), program.name).toEqual([...platforms].sort());
      expect(platforms, program.name).toEqual(expect.arrayContaining(['INSTAGRAM', 'TIKTOK', 'YOUTUBE', 'NEWSLETTER', 'PODCAST', 'BLOG']));
    }
    // Six platforms are wider than the page: the matrix scrolls in its own box, also by the keyboard.
    const box = page.getByRole('region', { name: 'Links by program and platform' });
    await box.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => box.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    expect(await look(maya)).toEqual([]);
    await page.getByRole('button', { name: 'Kit for all platforms' }).click();
    for (const platform of ['Newsletter', 'Podcast', 'Blog']) await dialog.getByLabel(platform, { exact: true }).check();
    await expect.poll(() => dialog.getByRole('button').last().innerText()).toBe('Everything is there already');
    expect(await dialog.getByRole('button', { name: 'Everything is there already' }).isDisabled()).toBe(true);
    await page.keyboard.press('Escape');
  });

  it('a code that got around is put out of use for a new one', async () => {
    const { page } = maya;
    const table = page.getByRole('table', { name: 'Links by program and platform' });
    await table.getByRole('button', { name: 'More for MAYA15' }).click();
    await page.getByRole('menuitem', { name: 'Put a new code in its place' }).click();
    const dialog = page.getByRole('dialog', { name: 'A new code in place of MAYA15' });
    await dialog.getByLabel('New code').fill('mayawinter');
    expect(await look(maya)).toEqual([]);
    await dialog.getByRole('button', { name: 'Put it in place' }).click();
    await page.getByText('MAYAWINTER works from now on, MAYA15 no longer does.').first().waitFor();
    await table.getByRole('button', { name: 'Copy MAYAWINTER' }).waitFor();
    expect(await table.getByRole('button', { name: 'Copy MAYA15', exact: true }).count()).toBe(0);
  });

  it('a shopper follows the link, and the click shows up without a reload', async () => {
    const { page } = maya;
    await page.getByText('Live: new clicks show up here').waitFor();
    const same = await stays(page);
    await follow();
    await page.getByRole('status').filter({ hasText: `1 new click on ${LINK.label}` }).waitFor({ timeout: COUNTED_MS });
    await cellOf(page, shown()).getByText('1 click', { exact: true }).waitFor({ timeout: COUNTED_MS });
    expect(await same()).toBe(true);
    expect(await look(maya)).toEqual([]);
  });

  it('charts say what the clicks came to, and the same in tables', async () => {
    const { page } = maya;
    const clicks = page.getByRole('region', { name: 'Clicks a day by platform', exact: true });
    await clicks.getByRole('button', { name: 'Table' }).click();
    await clicks.getByRole('columnheader', { name: 'Newsletter' }).waitFor();
    const funnel = page.getByRole('region', { name: 'From clicks to orders', exact: true });
    for (const step of ['Followed a link', 'Looked at the shop', 'Filled the cart', 'Began to pay', 'Ordered']) await funnel.getByRole('listitem').filter({ hasText: step }).first().waitFor();
    await funnel.getByRole('button', { name: 'Table' }).click();
    await expect.poll(() => funnel.getByRole('cell').count()).toBe(30);
    expect(await look(maya)).toEqual([]);
  });

  it('the link’s panel is opened by the keyboard and gives the focus back', async () => {
    const { page } = maya;
    const address = page.getByRole('table', { name: 'Links by program and platform' }).getByRole('button', { name: `${shown()}, ${LINK.label}` });
    await address.focus();
    await page.keyboard.press('Enter');
    const panel = page.getByRole('complementary', { name: `Link ${shown()}` });
    await panel.getByText('1 click in the last 30 days').waitFor();
    await panel.getByRole('region', { name: 'From clicks to orders on this link' }).getByRole('listitem').filter({ hasText: 'Followed a link' }).getByText('1', { exact: true }).waitFor();
    expect(await panel.getByLabel('Campaign').inputValue()).toBe(LINK.campaign);
    expect(await look(maya)).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'detached' });
    expect(await address.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('stand in order on the phone, too', async () => {
    const phone = await world.visit({ size: 'phone', scheme: 'dark' });
    await signIn(phone.page, CREATOR.email);
    await phone.page.goto('/creator/links');
    await settled(phone.page);
    await phone.page.getByRole('button', { name: `Copy ${shown()}` }).last().click();
    await expect.poll(() => pasted(phone.page)).toBe(url());
    expect(await look(phone)).toEqual([]);
  });
});

describe('links of a brand’s creators', { sequential: true }, () => {
  it('stand by creator and platform in a box that scrolls, and the page stays as wide as its window', async () => {
    brand = await world.visit({}, { keep: true });
    const { page } = brand;
    await signIn(page, 'brand@demo.test');
    await page.goto('/b/lumen-skin/links');
    await settled(page);
    const table = page.getByRole('table', { name: 'Links by creator and platform' });
    await table.getByRole('row').filter({ hasText: CREATOR.name }).getByRole('button', { name: `Copy ${shown()}` }).waitFor();
    const box = page.getByRole('region', { name: 'Links by creator and platform' });
    await box.focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => box.evaluate((element) => element.scrollLeft)).toBeGreaterThan(0);
    // Who a row is of stays in sight.
    const [row, name] = [await box.boundingBox(), await table.getByRole('link', { name: CREATOR.name }).boundingBox()];
    expect(name?.x).toBeGreaterThan(row?.x ?? 0);
    expect(await look(brand)).toEqual([]);
  });

  it('say live which creator’s link is followed', async () => {
    const { page } = brand;
    await page.getByText('Live: new clicks show up here').waitFor();
    const same = await stays(page);
    await follow();
    await page.getByRole('status').filter({ hasText: `${CREATOR.name}: ${LINK.label}` }).waitFor({ timeout: COUNTED_MS });
    await cellOf(page, shown()).getByText('2 clicks', { exact: true }).waitFor({ timeout: COUNTED_MS });
    expect(await same()).toBe(true);
  });

  it('open with their code to scan, their health and their way to orders', async () => {
    const { page } = brand;
    await page.getByRole('table', { name: 'Links by creator and platform' }).getByRole('button', { name: `${shown()}, ${LINK.label}` }).click();
    const panel = page.getByRole('complementary', { name: `Link ${shown()}` });
    await panel.getByRole('img', { name: `QR code of ${shown()}` }).waitFor();
    await panel.getByRole('region', { name: 'Whether it works' }).waitFor();
    await panel.getByRole('region', { name: 'From clicks to orders on this link' }).getByRole('listitem').filter({ hasText: 'Followed a link' }).getByText('2', { exact: true }).waitFor();
    expect(await look(brand)).toEqual([]);
    await page.keyboard.press('Escape');
    const funnel = page.getByRole('region', { name: 'From clicks to orders', exact: true });
    await funnel.getByText(/of visitors ordered/).waitFor();
    await funnel.getByRole('button', { name: 'Table' }).click();
    await funnel.getByRole('table', { name: 'From clicks to orders' }).waitFor();
    expect(await look(brand)).toEqual([]);
  });

  it('are made by the brand as a kit of one creator', async () => {
    const { page } = brand;
    await page.getByRole('table', { name: 'Links by creator and platform' }).getByRole('button', { name: 'Make something for Sofia Lindqvist in Glow Circle' }).click();
    await page.getByRole('menuitem', { name: 'Kit for all platforms' }).click();
    const dialog = page.getByRole('dialog', { name: 'Kit for Sofia Lindqvist' });
    await dialog.getByLabel('Podcast', { exact: true }).check();
    expect(await look(brand)).toEqual([]);
    await dialog.getByRole('button', { name: /^Make \d+ links?( and 1 code)?$/ }).click();
    await page.getByText('All of it works from now on.').waitFor();
    await page.getByRole('button', { name: 'Done', exact: true }).click();
    await page.getByRole('table', { name: 'Links by creator and platform' }).getByRole('columnheader', { name: 'Podcast' }).waitFor();
    expect(await look(brand)).toEqual([]);
  });
});

describe('the page of links in a bio', () => {
  for (const size of ['desk', 'phone'] as const) {
    it(`opens without an account, and its links count (${size})`, async () => {
      const visitor = await world.visit({ size });
      const { page } = visitor;
      await page.goto(`/c/${CREATOR.handle}`);
      await page.getByRole('heading', { level: 1, name: CREATOR.name }).waitFor();
      const links = page.getByRole('main').locator('a.go');
      await expect.poll(() => links.count()).toBeGreaterThan(5);
      const addresses = await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).href));
      expect(addresses.filter((address) => !address.startsWith(`${world.server.url}/r/`))).toEqual([]);
      expect(addresses).toContain(url());
      expect(await look(visitor)).toEqual([]);
      await page.getByRole('button', { name: 'Copy the code MAYAWINTER' }).click();
      await expect.poll(() => pasted(page)).toBe('MAYAWINTER');
      await page.goto(`/c/${CREATOR.handle}?program=glow-circle`);
      await page.getByRole('region', { name: 'Glow Circle by Lumen Skin' }).getByRole('link', { name: LINK.label }).waitFor();
      expect(await page.getByRole('region').count()).toBe(1);
      expect(await look(visitor)).toEqual([]);
      const led = page.waitForRequest((sent) => sent.url().startsWith('https://lumen-skin.test'));
      await page.getByRole('link', { name: LINK.label }).click();
      expect(new URL((await led).url()).searchParams.get('tid')).toMatch(/^clk_/);
    });
  }
});
