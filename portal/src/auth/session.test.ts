import { describe, expect, it } from 'vitest';
import { Session } from './session';

const T0 = Date.parse('2026-11-23T13:00:00Z');
const inMinutes = (minutes: number) => new Date(T0 + minutes * 60_000).toISOString();

function serverThat(...answers: unknown[]) {
  const requests: { query: string; authorization: string | null }[] = [];
  const fetchLike: typeof fetch = async (_url, init) => {
    requests.push({
      query: (JSON.parse(String(init?.body)) as { query: string }).query,
      authorization: new Headers(init?.headers).get('Authorization'),
    });
    const next = answers.shift();
    if (next instanceof Error) throw next;
    return new Response(JSON.stringify(next), { headers: { 'Content-Type': 'application/json' } });
  };
  return { requests, fetch: fetchLike };
}

const refreshed = (accessToken: string, minutes = 15) => ({
  data: { refreshSession: { accessToken, expiresAt: inMinutes(minutes), userErrors: [] } },
});
const refused = { data: null, errors: [{ message: 'Sign in first.', extensions: { code: 'UNAUTHENTICATED' } }] };

describe('a session', () => {
  it('starts from the cookie', async () => {
    const server = serverThat(refreshed('one'));
    const session = new Session({ fetch: server.fetch, now: () => T0 });
    expect(session.state()).toBe('starting');
    expect(await session.refresh()).toBe(true);
    expect(session.state()).toBe('signedIn');
    expect(session.token()).toBe('one');
  });

  it('sends one refresh for all who ask at the same time', async () => {
    const server = serverThat(refreshed('one'), refreshed('two'));
    const session = new Session({ fetch: server.fetch, now: () => T0 });
    expect(await Promise.all([session.refresh(), session.refresh(), session.refresh()])).toEqual([true, true, true]);
    expect(server.requests).toHaveLength(1);
    await session.refresh();
    expect(server.requests).toHaveLength(2);
    expect(session.token()).toBe('two');
  });

  it('is signed out when the cookie is no longer good, and says so once', async () => {
    const server = serverThat(refused);
    const session = new Session({ fetch: server.fetch, now: () => T0 });
    let told = 0;
    session.subscribe(() => (told += 1));
    session.accept({ accessToken: 'old', expiresAt: inMinutes(0) });
    expect(await session.refresh()).toBe(false);
    expect(session.state()).toBe('signedOut');
    expect(session.token()).toBeNull();
    expect(told).toBe(2);
  });

  it('replaces a token that is nearly over before it is used', async () => {
    const server = serverThat(refreshed('next'));
    let now = T0;
    const session = new Session({ fetch: server.fetch, now: () => now });
    session.accept({ accessToken: 'first', expiresAt: inMinutes(15) });
    expect(await session.freshToken()).toBe('first');
    now = T0 + 14 * 60_000 + 50_000;
    expect(await session.freshToken()).toBe('next');
    expect(server.requests).toHaveLength(1);
  });

  it('keeps the person signed in when the network fails during a refresh', async () => {
    const server = serverThat(new Error('offline'));
    const session = new Session({ fetch: server.fetch, now: () => T0 });
    session.accept({ accessToken: 'first', expiresAt: inMinutes(15) });
    expect(await session.refresh()).toBe(true);
    expect(session.state()).toBe('signedIn');
  });

  it('forgets the token at sign-out even when the server cannot be told', async () => {
    const server = serverThat(new Error('offline'));
    const session = new Session({ fetch: server.fetch, now: () => T0 });
    session.accept({ accessToken: 'first', expiresAt: inMinutes(15) });
    await expect(session.signOut()).rejects.toThrow('offline');
    expect(session.token()).toBeNull();
    expect(session.state()).toBe('signedOut');
    expect(server.requests[0]?.authorization).toBe('Bearer first');
  });
});
