import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { launch, open, type Watched } from './browser';
import { cloneData, Deployment, dropData, type Data } from './deployment';

/** What the tests of one file work with: a server with the demo of its own, and a browser. */
export interface World {
  server: Deployment;
  browser: Browser;
  /** Opens a watched page that is closed with the test, or kept until the end of the file. */
  visit: (options?: Parameters<typeof open>[2], until?: { keep?: boolean }) => Promise<Watched>;
}

/**
 * Gives a file of tests a server on a copy of the demo. At the end the books
 * must be balanced, and the server must stop in good order.
 */
export function newWorld(name: string, options: { browser?: boolean } = {}): World {
  const world = {} as World;
  const pages: Watched[] = [];
  let data: Data | undefined;
  beforeAll(async () => {
    const run = inject('run');
    data = await cloneData(run.demo, join(run.folder, name));
    world.server = await Deployment.start({ binary: run.binary, data, name });
    if (options.browser !== false) world.browser = await launch();
    world.visit = async (how, { keep = false } = {}) => {
      const watched = await open(world.browser, world.server.url, how);
      if (!keep) pages.push(watched);
      return watched;
    };
  });
  afterEach(async () => {
    for (const watched of pages.splice(0)) await watched.close();
  });
  afterAll(async () => {
    try {
      await world.browser?.close();
      if (world.server) {
        expect(await world.server.audit(), 'tributary audit').toBe('balanced');
        await world.server.stop();
      }
    } finally {
      if (data) await dropData(data);
    }
  });
  return world;
}
