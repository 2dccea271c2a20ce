import { afterEach, describe, expect, it, vi } from 'vitest';
import { Session } from '@/auth/session';
import { newClient } from './client';

afterEach(() => vi.unstubAllGlobals());

const json = (body: unknown) => new Response(JSON.stringify(body), { headers: { 'Content-Type': 'application/json' } });
const later = new Date(Date.now() + 900_000).toISOString();

describe('the client', () => {
  it('asks for whole answers, so that signing in can set its cookie', async () => {
    let accept: string | null = null;
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      accept = new Headers(init.headers).get('Accept');
      return json({ data: { a: 1 } });
    });
    await newClient(new Session()).query('query A { a }', {}).toPromise();
    expect(accept).toBe('application/graphql-response+json, application/json');
  });

  it('refreshes once for requests that were refused together and sends them again', async () => {
    const sent: string[] = [];
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      const query = String((JSON.parse(String(init.body)) as { query: string }).query);
      const token = new Headers(init.headers).get('Authorization');
      const name = /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '';
      sent.push(`${name} ${token}`);
      if (name === 'RefreshSession') return json({ data: { refreshSession: { accessToken: 'new', expiresAt: later, userErrors: [] } } });
      if (token !== 'Bearer new') return json({ data: null, errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] });
      return json({ data: { [name.toLowerCase()]: 1 } });
    });
    const session = new Session();
    session.accept({ accessToken: 'old', expiresAt: later });
    const client = newClient(session);
    const [a, b] = await Promise.all([client.query('query A { a }', {}).toPromise(), client.query('query B { b }', {}).toPromise()]);
    expect(a.data).toEqual({ a: 1 });
    expect(b.data).toEqual({ b: 1 });
    expect(sent.filter((line) => line.startsWith('RefreshSession'))).toHaveLength(1);
    expect(sent.slice(-2).sort()).toEqual(['A Bearer new', 'B Bearer new']);
  });

  it('gives up when the cookie is no longer good', async () => {
    vi.stubGlobal('fetch', async () => json({ data: null, errors: [{ message: 'no', extensions: { code: 'UNAUTHENTICATED' } }] }));
    const session = new Session();
    session.accept({ accessToken: 'old', expiresAt: later });
    const result = await newClient(session).query('query A { a }', {}).toPromise();
    expect(result.error?.graphQLErrors[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect(session.state()).toBe('signedOut');
  });
});
