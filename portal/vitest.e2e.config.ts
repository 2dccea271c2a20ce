import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { documents } from './build/documents.ts';
import { PATIENCE_MS } from './e2e/browser.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // The tests read the portal's own list of pages.
  plugins: [documents(here('./src'))],
  resolve: { alias: { '@': here('./src') } },
  test: {
    environment: 'node',
    include: ['e2e/**/*.test.ts'],
    globalSetup: ['./e2e/demo.ts'],
    testTimeout: 240_000,
    hookTimeout: 120_000,
    // As long as a page is waited for; else it is a second.
    expect: { poll: { timeout: PATIENCE_MS } },
    // A server and a browser each: a machine of two cores bears two of both.
    pool: 'forks',
    maxWorkers: 2,
  },
});
