// Fails the build when the first load of the portal grows over its budget.
// First load: the entry chunk and everything that it imports statically. The storefront snippet has a budget of its own: it loads
// with each page of a shop.
import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const dist = new URL('../dist/', import.meta.url);
const BUDGET_JS_KB = 220;
const BUDGET_CSS_KB = 30;
const BUDGET_SNIPPET_KB = 3;

const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));
const js = new Set();
const css = new Set();
function walk(key) {
  const chunk = manifest[key];
  if (!chunk || js.has(chunk.file)) return;
  js.add(chunk.file);
  for (const file of chunk.css ?? []) css.add(file);
  for (const next of chunk.imports ?? []) walk(next);
}
walk('index.html');

const kilobytes = (files) =>
  [...files].reduce((sum, file) => sum + gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length, 0) / 1000;
const sizeJs = kilobytes(js);
const sizeCss = kilobytes(css);
console.log(`first load: ${sizeJs.toFixed(1)} kB of ${BUDGET_JS_KB} kB JS, ${sizeCss.toFixed(1)} kB of ${BUDGET_CSS_KB} kB CSS (gzip)`);
const sizeSnippet = kilobytes(['t.js']);
console.log(`storefront snippet: ${sizeSnippet.toFixed(2)} kB of ${BUDGET_SNIPPET_KB} kB (gzip)`);

const faults = [];
if (sizeJs > BUDGET_JS_KB) faults.push('JavaScript is over its budget: load pages and charts lazily');
if (sizeCss > BUDGET_CSS_KB) faults.push('CSS is over its budget');
if (sizeSnippet >= BUDGET_SNIPPET_KB) faults.push('the storefront snippet is over its budget');
if (!existsSync(new URL('.gitkeep', dist))) faults.push('dist/.gitkeep is missing: public/.gitkeep must exist');
for (const page of ['index.html', 'graphiql.html']) {
  if (!readFileSync(new URL(page, dist), 'utf8').includes('__CSP_NONCE__')) faults.push(`${page} lost its nonce placeholder`);
}
for (const fault of faults) console.error(fault);
process.exit(faults.length > 0 ? 1 : 0);
