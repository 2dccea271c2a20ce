import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { compress } from './build/compress.ts';

/** Builds the storefront snippet into one file beside the portal. It runs after the portal's build, which empties the folder. */
export default defineConfig({
  publicDir: false,
  plugins: [compress()],
  build: {
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2020',
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: fileURLToPath(new URL('./snippet/index.ts', import.meta.url)),
      output: { format: 'iife', entryFileNames: 't.js' },
    },
  },
});
