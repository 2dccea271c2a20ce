import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launch, look, open, settled } from './browser';
import { Deployment, dropData, makeData, type Data } from './deployment';

let browser: Browser;
let data: Data;

beforeAll(async () => {
  data = await makeData(join(inject('run').folder, 'demo_progress'));
  browser = await launch();
});
afterAll(async () => {
  await browser?.close();
  if (data) await dropData(data);
});

test('whoever opens the page while the demo is made signs in, and reads how far it is', async () => {
  const server = await Deployment.start({ binary: inject('run').binary, data, name: 'demo_progress', demo: true });
  const watched = await open(browser, server.url);
  const { page } = watched;
  await page.goto('/sign-in');
  await page.getByRole('button', { name: 'brand@demo.test' }).click();
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByText(/demo data is being made: day \d+ of 120/).waitFor();
  await settled(page);
  expect(await look(watched)).toEqual([]);
  await watched.close();
  // An interrupted demo is in order, too, as far as it goes.
  expect(await server.audit()).toBe('balanced');
  await server.stop();
});
