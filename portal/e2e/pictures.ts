import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { Api } from './api';
import { settled, signIn } from './browser';
import { newWorld } from './world';

const world = newWorld('pictures');
const FOLDER = resolve(import.meta.dirname, '../../docs/pictures');

interface Sales {
  commissions: { nodes: { order: { id: string; attribution: { touches: { creditPpm: number | null }[] } | null } | null }[] };
}

/** The sale with the most touches, most of which count: its river shows what the product is about. */
async function richestSale(): Promise<string> {
  const caller = await Api.signIn(world.server.url, 'creator@demo.test');
  const { commissions } = await caller.ask<Sales>('{ commissions(first: 100) { nodes { order { id attribution { touches { creditPpm } } } } } }');
  const worth = ({ order }: Sales['commissions']['nodes'][number]) => {
    const touches = order?.attribution?.touches ?? [];
    return touches.filter(({ creditPpm }) => (creditPpm ?? 0) > 0).length * 10 + Math.min(touches.length, 6);
  };
  const best = [...commissions.nodes].sort((a, b) => worth(b) - worth(a))[0]?.order;
  if (!best) throw new Error('the demo has no sale');
  return best.id;
}

async function picture(page: Page, address: string, name: string): Promise<void> {
  await page.goto(address);
  await settled(page);
  await page.screenshot({ path: join(FOLDER, `${name}.png`), animations: 'disabled', caret: 'hide' });
}

it('takes the pictures of the README', async () => {
  mkdirSync(FOLDER, { recursive: true });
  const creator = await world.visit();
  await signIn(creator.page, 'creator@demo.test');
  await picture(creator.page, `/creator/sales/${await richestSale()}`, 'sale');
  await picture(creator.page, '/creator', 'creator');
  await picture(creator.page, '/creator/links', 'links');

  const finance = await world.visit();
  await signIn(finance.page, 'finance@demo.test');
  await picture(finance.page, '/b/lumen-skin/finance/runs/new', 'payout-run');

  const brand = await world.visit();
  await signIn(brand.page, 'brand@demo.test');
  await picture(brand.page, '/b/lumen-skin/pipeline', 'board');
  expect([...creator.troubles(), ...finance.troubles(), ...brand.troubles()]).toEqual([]);
});
