import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { Deployment, dropData, findBinary, LOGS, makeData, makeFolder, type Data, type Run } from './deployment';

declare module 'vitest' {
  export interface ProvidedContext {
    run: Run;
  }
}

/**
 * Makes the demo once; every file of tests works on a copy of its own. Whoever
 * writes tests names a folder in TEST_E2E_DEMO, where it stays for the next run.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  rmSync(LOGS, { recursive: true, force: true });
  const { run, end } = await prepare();
  project.provide('run', run);
  return end;
}

/** The demo and the program, for tests and for pictures; `end` throws away what is not kept. */
export async function prepare(): Promise<{ run: Run; end: () => Promise<void> }> {
  const binary = findBinary();
  const folder = makeFolder('tributary-e2e-');
  const keep = process.env.TEST_E2E_DEMO ? resolve(process.env.TEST_E2E_DEMO) : null;
  const note = keep && `${keep}.json`;
  let demo: Data | null = null;
  const end = async () => {
    if (demo && !keep) await dropData(demo);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    if (note && existsSync(note)) {
      demo = JSON.parse(readFileSync(note, 'utf8')) as Data;
    } else {
      const begun = Date.now();
      demo = await makeData(keep ?? join(folder, 'demo'));
      await Deployment.makeDemo(binary, demo);
      if (note) writeFileSync(note, JSON.stringify(demo));
      console.log(`the demo was made in ${Math.round((Date.now() - begun) / 1000)} s`);
    }
  } catch (error) {
    await end();
    throw error;
  }
  return { run: { binary, folder, demo }, end };
}
