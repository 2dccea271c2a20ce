import type { Page } from 'playwright-core';
import { describe, expect, it, vi } from 'vitest';
import { Api } from './api';
import { look, PATIENCE_MS, signIn, type Watched } from './browser';
import { newWorld } from './world';

const world = newWorld('query_editor');

const editor = (page: Page) => page.getByRole('region', { name: 'Query Editor' }).locator('.CodeMirror');
const result = (page: Page) => page.getByRole('region', { name: 'Result Window' });

/** Puts a named operation into the editor and runs it. */
async function run(page: Page, name: string, operation: string): Promise<void> {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(operation);
  // The editor reads the operations a moment after the typing.
  await page.getByLabel('Select active operation').getByText(name).waitFor();
  await page.keyboard.press('Control+Enter');
}

/**
 * Types the beginning of an operation until the editor offers how it goes on. It offers nothing for what was typed
 * before it had read the schema, and says nowhere when it has.
 */
async function offered(page: Page, typed: string, word: string): Promise<void> {
  const offer = page.locator('.CodeMirror-hints').getByText(word);
  await vi.waitFor(async () => {
    await editor(page).click();
    await page.keyboard.press('Control+a');
    await page.keyboard.type(typed);
    await offer.waitFor({ timeout: 2_000 });
  }, 3 * PATIENCE_MS);
}

/** What is wrong with the page, but for two things within GraphiQL: its tabs can be dragged and closed, its code scrolls. */
async function lookAround(watched: Watched): Promise<string[]> {
  return (await look(watched)).filter((found) => !/nested-interactive|scrollable-region-focusable/.test(found));
}

describe('the query editor', () => {
  it('runs a query as who is signed in, explains the schema, and keeps the policy', async () => {
    const watched = await world.visit();
    const { page } = watched;
    await signIn(page, 'creator@demo.test');
    await page.goto('/graphql');
    await page.getByText('creator@demo.test').waitFor();
    await run(page, 'Handle', 'query Handle { viewer { creator { handle } } }');
    await result(page).getByText('"maya.okafor"').waitFor();
    expect(await lookAround(watched)).toEqual([]);
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query', exact: true }).click();
    await page.getByText('Who is signed in; null when nobody is.').waitFor();
    // Its dialogs write a style element, which needs the nonce.
    await page.getByRole('button', { name: 'Open short keys dialog' }).click();
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(await lookAround(watched)).toEqual([]);
  });

  it('completes what is typed, and follows a subscription', async () => {
    const caller = await Api.signIn(world.server.url, 'finance@demo.test');
    const { viewer } = await caller.ask<{ viewer: { memberships: { brand: { id: string } }[] } }>('{ viewer { memberships { brand { id } } } }');
    const { payoutRuns } = await caller.ask<{ payoutRuns: { nodes: { id: string }[] } }>('query ($brandId: ID!) { payoutRuns(brandId: $brandId, first: 1) { nodes { id } } }', { brandId: viewer.memberships[0]?.brand.id });
    const watched = await world.visit({ scheme: 'dark' });
    const { page } = watched;
    await signIn(page, 'finance@demo.test');
    await page.goto('/graphql');
    await page.getByText('finance@demo.test').waitFor();
    await offered(page, '{ depl', 'deployment');
    await page.keyboard.press('Escape');
    await run(page, 'Progress', `subscription Progress { payoutRunProgress(payoutRunId: "${payoutRuns.nodes[0]?.id ?? ''}") { status paid } }`);
    await result(page).getByText('"COMPLETED"').waitFor();
    expect(await lookAround(watched)).toEqual([]);
  });

  it('is there before sign-in, and comes back after it', async () => {
    const watched = await world.visit({ size: 'phone' });
    const { page } = watched;
    await page.goto('/graphql');
    await page.getByText('no real money moves').waitFor();
    await run(page, 'Mode', 'query Mode { deployment { mode } }');
    await result(page).getByText('"SANDBOX"').waitFor();
    expect(await lookAround(watched)).toEqual([]);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByLabel('E-mail').fill('creator@demo.test');
    await page.getByLabel('Password').fill('tributary-demo');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Query editor' }).waitFor();
    await page.getByText('creator@demo.test').waitFor();
    expect(new URL(page.url()).pathname).toBe('/graphql');
  });
});
