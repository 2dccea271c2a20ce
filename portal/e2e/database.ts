import { randomBytes } from 'node:crypto';
import postgres from 'postgres';

async function on<T>(server: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(server, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

const newName = () => `e2e_${randomBytes(6).toString('hex')}`;

function addressOf(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

const nameOf = (address: string) => new URL(address).pathname.slice(1);

/** Makes an empty database on a server and gives its address. */
export function makeDatabase(server: string): Promise<string> {
  return on(server, async (sql) => {
    const name = newName();
    await sql`CREATE DATABASE ${sql(name)}`;
    return addressOf(server, name);
  });
}

/** Copies a database that nobody is connected to and gives the address of the copy. */
export function cloneDatabase(server: string, from: string): Promise<string> {
  return on(server, async (sql) => {
    const name = newName();
    await sql`CREATE DATABASE ${sql(name)} TEMPLATE ${sql(nameOf(from))}`;
    return addressOf(server, name);
  });
}

/** Removes a database. */
export function dropDatabase(server: string, address: string): Promise<void> {
  return on(server, async (sql) => {
    await sql`DROP DATABASE IF EXISTS ${sql(nameOf(address))} WITH (FORCE)`;
  });
}
