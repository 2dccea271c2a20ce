import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompress, constants, gzip } from 'node:zlib';
import { promisify } from 'node:util';
import type { Plugin } from 'vite';

const toBrotli = promisify(brotliCompress);
const toGzip = promisify(gzip);

/** Below this size (bytes) a compressed twin saves nothing worth a file. */
const MIN_BYTES = 1024;
const COMPRESSIBLE = /\.(js|css|svg|json|webmanifest)$/;

/**
 * Writes a .br and a .gz beside each asset at build time, so that the server
 * sends them as they are. index.html is left alone: the server fills it in for
 * each request. What has its twins from a build before this one keeps them.
 */
export function compress(): Plugin {
  let outDir = 'dist';
  return {
    name: 'tributary-compress',
    apply: 'build',
    configResolved(config) {
      outDir = config.build.outDir;
    },
    async closeBundle() {
      for (const entry of await readdir(outDir, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
        const file = join(entry.parentPath, entry.name);
        if (existsSync(`${file}.br`)) continue;
        const body = await readFile(file);
        if (body.length < MIN_BYTES) continue;
        const [br, gz] = await Promise.all([
          toBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }),
          toGzip(body, { level: 9 }),
        ]);
        await Promise.all([writeFile(`${file}.br`, br), writeFile(`${file}.gz`, gz)]);
      }
    },
  };
}
