import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { look, settled, signIn } from './browser';
import { newWorld } from './world';

const world = newWorld('keyboard');

/** How many presses of Tab a person may need from the top of a page's own part to its one primary action. */
const NEAR = 6;

/** What has the focus, in words. */
const focused = (page: Page) => page.evaluate(() => (document.activeElement as HTMLElement | null)?.getAttribute('aria-label') ?? document.activeElement?.textContent?.trim() ?? '');

/** Tabs on until the focus is on something, and gives how often. */
async function tabTo(page: Page, name: RegExp, most: number): Promise<number> {
  const passed: string[] = [];
  for (let presses = 1; presses <= most; presses += 1) {
    await page.keyboard.press('Tab');
    const now = await focused(page);
    if (name.test(now)) return presses;
    passed.push(now);
  }
  throw new Error(`Tab did not reach ${String(name)}; it passed ${passed.join(' | ')}`);
}

describe('with the keyboard alone', () => {
  it('a person signs in', async () => {
    const { page } = await world.visit();
    await page.goto('/sign-in');
    await settled(page);
    const onField = (name: string) => page.waitForFunction((field) => document.activeElement?.getAttribute('name') === field, name, { timeout: 100 }).then(
      () => true,
      () => false,
    );
    for (const [field, text] of [['email', 'creator@demo.test'], ['password', 'tributary-demo']] as const) {
      let presses = 0;
      do {
        presses += 1;
        await page.keyboard.press('Tab');
      } while (!(await onField(field)) && presses < NEAR);
      expect(await onField(field), field).toBe(true);
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Enter');
    await page.locator('.app').waitFor();
  });

  it('the first stop of every page leads past the rail, and its main action is near', async () => {
    const { page } = await world.visit();
    await signIn(page, 'brand@demo.test');
    for (const [address, action] of [
      ['/b/lumen-skin/programs', /Make a program/],
      ['/b/lumen-skin/pipeline', /Add/],
      ['/b/lumen-skin/finance/runs', /Prepare/],
    ] as const) {
      await page.goto(address);
      await settled(page);
      await page.keyboard.press('Tab');
      expect(await focused(page)).toBe('Go to the page');
      await page.keyboard.press('Enter');
      expect(await tabTo(page, action, NEAR)).toBeLessThanOrEqual(NEAR);
    }
  });

  it('a card of the board is walked to, opened, and moved to the next stage', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'brand@demo.test');
    await page.goto('/b/lumen-skin/pipeline');
    await settled(page);
    const column = (name: string) => page.getByRole('region', { name: new RegExp(`^${name},`) });
    const card = column('To contact').getByRole('link').first();
    const name = (await card.locator('b').first().innerText()).trim();
    await card.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    expect(await focused(page)).toContain(name);
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText(`${name} is in “Contacted” now`).first().waitFor();
    await column('Contacted').getByText(name).waitFor();
    expect(await look(watched)).toEqual([]);
    await page.reload();
    await column('Contacted').getByText(name).waitFor();
    // M asks where to; Escape leaves everything as it is.
    await column('Contacted').getByRole('link', { name: new RegExp(name) }).focus();
    await page.keyboard.press('m');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    expect(await look(watched)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.keyboard.press('Enter');
    await page.getByRole('complementary', { name: new RegExp(name) }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('complementary', { name: new RegExp(name) }).waitFor({ state: 'detached' });
    expect(watched.troubles()).toEqual([]);
  });
});
