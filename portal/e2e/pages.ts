import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Page as BrowserPage } from 'playwright-core';
import { addressOf, PAGES, type HatKind, type Page } from '@/frame/pages';
import { look, settled, SIZES, signIn, type Scheme, type Size } from './browser';
import type { World } from './world';

/** Somebody with a hat whose pages are opened. */
export interface Walker {
  email: string;
  kind: HatKind;
  /** The hat's own address. */
  base: string;
  /** Addresses of pages that show one thing, by their path; each page with a parameter needs one. `panels` are open panels. Read when the tests run. */
  things: () => Promise<Record<string, string[]>>;
  /** Views within pages, below the hat's address: tabs, filters and open panels. */
  views?: string[];
  /** Only these pages, in the two main looks: for people whose pages differ here and there from those of another. */
  only?: string[];
}

/** Every page is opened in both; a few in all four. */
const LOOKS: { size: Size; scheme: Scheme; all: boolean }[] = [
  { size: 'desk', scheme: 'light', all: true },
  { size: 'phone', scheme: 'dark', all: true },
  { size: 'desk', scheme: 'dark', all: false },
  { size: 'phone', scheme: 'light', all: false },
];

/** A folder for pictures of every page in all four looks, to be put beside the drawings by a person: `TEST_PICTURES=/tmp/pictures npm run e2e -- pages`. */
const PICTURES = process.env.TEST_PICTURES;

/** How many pages of a hat are opened in all four looks: the first ones of the rail. */
const FEW = 3;

/** Opens every page of a hat, as the portal itself lists them, and looks at each. */
export function opensEveryPage(world: World, walker: Walker): void {
  const pages = PAGES.filter((page) => page.hat === walker.kind && (!walker.only || walker.only.includes(page.path)));
  const first = pages.filter((page) => page.icon && page.group !== 'foot').slice(0, FEW);
  for (const { size, scheme, all: always } of LOOKS) {
    const all = always || PICTURES !== undefined;
    if (walker.only && !all) continue;
    it(`every page of ${walker.email} (${walker.kind}) is in order (${size}, ${scheme})`, async () => {
      const things = await walker.things();
      const addresses = (all ? pages : first).flatMap((page) => placesOf(walker, page, things));
      if (all) addresses.push(...(walker.views ?? []).map((view) => walker.base + view), ...(things.panels ?? []).map((place) => `${walker.base}/${place}`));
      const watched = await world.visit({ size, scheme });
      await signIn(watched.page, walker.email);
      const found: Record<string, string[]> = {};
      for (const address of addresses) {
        await watched.page.goto(address);
        await settled(watched.page);
        const troubles = await look(watched);
        if (troubles.length > 0) found[address] = troubles;
        if (PICTURES) await takePicture(watched.page, `${walker.kind}${address}-${size}-${scheme}`);
      }
      expect(watched.page.viewportSize()).toEqual(SIZES[size]);
      expect(found).toEqual({});
    });
  }
}

async function takePicture(page: BrowserPage, name: string): Promise<void> {
  if (!PICTURES) return;
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name.replace(/[^a-zA-Z0-9-]+/g, '_')}.png`), fullPage: true, animations: 'disabled', caret: 'hide' });
}

function placesOf(walker: Walker, page: Page, things: Record<string, string[]>): string[] {
  if (!page.path.includes(':')) return [addressOf(walker.base, page)];
  const places = things[page.path];
  if (!places || places.length === 0) throw new Error(`The tests know no address for the page ${page.path} of ${walker.kind}: add one`);
  return places.map((place) => `${walker.base}/${place}`);
}
