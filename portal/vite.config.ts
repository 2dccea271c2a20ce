import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import { compress } from './build/compress.ts';
import { documents } from './build/documents.ts';
import { withoutFonts } from './build/without_fonts.ts';

/** The server that the development server stands before. It refreshes sessions for its own pages only, so requests carry its origin. */
const api = process.env.TRIBUTARY_BASE_URL ?? 'http://localhost:8080';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [documents(here('./src')), react(), withoutFonts(), compress()],
  resolve: { alias: { '@': here('./src') } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    manifest: '.vite/manifest.json',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The query editor is one chunk of its own; what the portal loads has a budget in scripts/check_budget.mjs.
    chunkSizeWarningLimit: 800,
    rolldownOptions: { input: { index: here('./index.html'), graphiql: here('./graphiql.html') } },
  },
  server: {
    proxy: Object.fromEntries(
      ['/graphql', '/r/', '/download/'].map((path) => [
        path,
        { target: api, changeOrigin: false, headers: { origin: new URL(api).origin } },
      ]),
    ),
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}', 'snippet/**/*.test.ts', 'build/**/*.test.ts'],
    setupFiles: ['./src/test/setup.ts'],
  },
});
