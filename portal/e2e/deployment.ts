import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, mkdtempSync, chmodSync, rmSync, type WriteStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { cloneDatabase, dropDatabase, makeDatabase } from './database';

const run = promisify(execFile);

/** Logs of the servers; a failed run prints their ends. */
export const LOGS = resolve(import.meta.dirname, '../test-results');

/** Making the demo with the race detector may take this long on a busy machine, milliseconds. */
const DEMO_PATIENCE_MS = 300_000;
/** A start on a database that has the demo already, milliseconds. */
const START_PATIENCE_MS = 60_000;
/** A stop, after which the process is killed, milliseconds. */
const STOP_PATIENCE_MS = 30_000;

/** Data of a server: its folder, and its database where the server does not run its own. */
export interface Data {
  folder: string;
  database?: string;
}

/** What the files of a run share. */
export interface Run {
  binary: string;
  folder: string;
  demo: Data;
}

/** The program under test: TEST_E2E_BINARY, or what was built last. */
export function findBinary(): string {
  const named = process.env.TEST_E2E_BINARY;
  const places = named ? [resolve(named)] : ['../../bin/tributary-race', '../../bin/tributary'].map((path) => resolve(import.meta.dirname, path));
  const found = places.find((path) => existsSync(path));
  if (!found) throw new Error(`There is no ${places[0] ?? 'program'}: build it with "make build", or name one in TEST_E2E_BINARY`);
  return found;
}

/** A folder that a local PostgreSQL of another user may enter, too. */
export function makeFolder(prefix: string): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(folder, 0o755);
  return folder;
}

/** A running server with its log. */
export class Deployment {
  private constructor(
    private readonly binary: string,
    readonly data: Data,
    private readonly child: ChildProcess,
    private readonly log: WriteStream,
    /** Without a slash at the end. */
    readonly url: string,
  ) {}

  /** Makes the demo and returns when it is done. */
  static async makeDemo(binary: string, data: Data): Promise<void> {
    await runOn(binary, data, ['demo'], DEMO_PATIENCE_MS);
  }

  /** Starts a server and waits until it is ready. With `demo` it goes on making the demo while it is used. */
  static async start(options: { binary: string; data: Data; name: string; demo?: boolean }): Promise<Deployment> {
    const { binary, data, name, demo = false } = options;
    mkdirSync(LOGS, { recursive: true });
    const log = createWriteStream(join(LOGS, `${name}.log`), { flags: 'a' });
    const child = spawn(binary, demo ? ['serve', '--demo'] : ['serve'], { cwd: data.folder, env: environment(data), stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr.pipe(log, { end: false });
    child.stdout.pipe(log, { end: false });
    let said = '';
    const url = await new Promise<string>((ready, failed) => {
      const patience = setTimeout(() => {
        child.kill('SIGKILL');
        failed(new Error(`${name} was not ready in time; see test-results/${name}.log`));
      }, START_PATIENCE_MS);
      child.stdout.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        const found = /Tributary is ready\s+(http:\S+)/.exec(said);
        if (found?.[1]) {
          clearTimeout(patience);
          ready(found[1]);
        }
      });
      child.once('exit', (code) => {
        clearTimeout(patience);
        failed(new Error(`${name} ended with ${code ?? 'a signal'} before it was ready; see test-results/${name}.log`));
      });
    });
    const deployment = new Deployment(binary, data, child, log, url);
    await deployment.answers();
    return deployment;
  }

  /** Ends the server as an operator does. A server that does not end, or ends with an error, fails the run. */
  async stop(): Promise<void> {
    const ended = new Promise<number | null>((done) => this.child.once('exit', done));
    if (this.child.exitCode === null) this.child.kill('SIGTERM');
    const code = this.child.exitCode ?? (await Promise.race([ended, pause(STOP_PATIENCE_MS, 'late' as const, { ref: false })]));
    this.log.end();
    if (code === 'late') {
      this.child.kill('SIGKILL');
      throw new Error('the server did not stop');
    }
    if (code !== 0) throw new Error(`the server ended with ${code ?? 'a signal'}`);
  }

  /** Runs a command of the program beside the server and gives what it printed. */
  async command(...parts: string[]): Promise<string> {
    return runOn(this.binary, this.data, parts);
  }

  /** "balanced", or what is off with the books. */
  audit(): Promise<string> {
    return this.command('audit').catch((error: Error) => error.message);
  }

  private async answers(): Promise<void> {
    const answer = await fetch(`${this.url}/readyz`);
    if (!answer.ok) throw new Error(`the server says that it is not ready: ${answer.status}`);
  }
}

/** Runs a command of the program to its end and gives what it printed. */
async function runOn(binary: string, data: Data, parts: string[], timeout = 0): Promise<string> {
  try {
    const { stdout } = await run(binary, parts, { cwd: data.folder, env: environment(data), timeout });
    return stdout.trim();
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`tributary ${parts.join(' ')}: ${stdout.trim() || stderr.trim().slice(-2000)}`, { cause: error });
  }
}

/** Nothing of the caller's own settings reaches the server. */
function environment(data: Data): NodeJS.ProcessEnv {
  const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(TRIBUTARY_|DATABASE_URL|STRIPE_|SMTP_)/.test(name) || name === 'TRIBUTARY_POSTGRES_BIN'));
  return { ...own, TRIBUTARY_ADDR: '127.0.0.1:0', TRIBUTARY_DATA_DIR: join(data.folder, 'data'), TRIBUTARY_LOG: 'json,info', ...(data.database ? { DATABASE_URL: data.database } : {}) };
}

/** A folder, and a database where TEST_DATABASE_URL names a server for it. */
export async function makeData(folder: string): Promise<Data> {
  mkdirSync(folder, { mode: 0o755 });
  const server = process.env.TEST_DATABASE_URL;
  return server ? { folder, database: await makeDatabase(server) } : { folder };
}

/** The same data once more. The server of the first must have stopped. */
export async function cloneData(from: Data, folder: string): Promise<Data> {
  // cp keeps owners and rights, which a local PostgreSQL insists on.
  await run('cp', ['-a', from.folder, folder]);
  if (!from.database) return { folder };
  const server = process.env.TEST_DATABASE_URL;
  if (!server) throw new Error('The demo was made on the server of TEST_DATABASE_URL, which is not set now');
  return { folder, database: await cloneDatabase(server, from.database) };
}

/** Throws data away. */
export async function dropData(data: Data): Promise<void> {
  if (data.database && process.env.TEST_DATABASE_URL) await dropDatabase(process.env.TEST_DATABASE_URL, data.database);
  rmSync(data.folder, { recursive: true, force: true });
}
