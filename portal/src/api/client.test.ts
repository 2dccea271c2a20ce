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

  it('reads again what was being read while something was changed', async () => {
    const release: (() => void)[] = [];
    let made = 0;
    vi.stubGlobal('fetch', async (_url: string, init: RequestInit) => {
      const query = String((JSON.parse(String(init.body)) as { query: string }).query);
      if (query.startsWith('mutation')) {
        made += 1;
        return json({ data: { make: { __typename: 'Thing', id: String(made) } } });
      }
      const answer = json({ data: { things: [{ __typename: 'Thing', id: String(made) }] } });
      // The first reading is there at once, those after a change when the test says so.
      if (made > 0) await new Promise<void>((go) => release.push(go));
      return answer;
    });
    const client = newClient(new Session());
    const seen: string[] = [];
    const { unsubscribe } = client.query<{ things: { id: string }[] }>('query Things { things { id } }', {}).subscribe(({ data }) => void seen.push(data?.things[0]?.id ?? ''));
    await vi.waitFor(() => expect(seen).toEqual(['0']));
    await client.mutation('mutation Make { make { id } }', {}).toPromise();
    await vi.waitFor(() => expect(release).toHaveLength(1));
    await client.mutation('mutation Make { make { id } }', {}).toPromise();
    release[0]?.();
    await vi.waitFor(() => expect(release).toHaveLength(2));
    expect(seen.at(-1)).toBe('1');
    release[1]?.();
    await vi.waitFor(() => expect(seen.at(-1)).toBe('2'));
    // Nothing was changed since, so that is all.
    await new Promise((done) => setTimeout(done, 20));
    expect([release.length, [...new Set(seen)]]).toEqual([2, ['0', '1', '2']]);
    unsubscribe();
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
