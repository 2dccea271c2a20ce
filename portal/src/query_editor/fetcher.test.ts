import { parse } from 'graphql';
import { describe, expect, it } from 'vitest';
import { newFetcher } from './fetcher';

const signedIn = { freshToken: async () => 'the-token' };
const signedOut = { freshToken: async () => null };

/** A server that keeps what it was asked and answers one result, or one event and the end of a stream. */
function server() {
  const asked: Headers[] = [];
  const answer: typeof fetch = async (_url, init) => {
    const headers = new Headers(init?.headers);
    asked.push(headers);
    if (headers.get('accept') === 'text/event-stream') return new Response('event: next\ndata: {"data":{"a":1}}\n\nevent: complete\ndata:\n\n', { headers: { 'content-type': 'text/event-stream' } });
    return Response.json({ data: { a: 1 } });
  };
  return { asked, answer };
}

describe('the query editor', () => {
  it('asks as the person who is signed in', async () => {
    const { asked, answer } = server();
    expect(await newFetcher(signedIn, answer)({ query: '{ a }' })).toEqual({ data: { a: 1 } });
    expect(asked[0]?.get('authorization')).toBe('Bearer the-token');
    await newFetcher(signedOut, answer)({ query: '{ a }' });
    expect(asked[1]?.has('authorization')).toBe(false);
  });

  it('asks as whom its own headers name', async () => {
    const { asked, answer } = server();
    await newFetcher(signedIn, answer)({ query: '{ a }' }, { headers: { authorization: 'Bearer trb_key' } });
    expect(asked[0]?.get('authorization')).toBe('Bearer trb_key');
  });

  it('follows a subscription until its end', async () => {
    const { asked, answer } = server();
    const query = 'subscription S { a }';
    const stream = newFetcher(signedIn, answer)({ query, operationName: 'S' }, { documentAST: parse(query) }) as { subscribe: (sink: unknown) => { unsubscribe: () => void } };
    const events: unknown[] = [];
    await new Promise<void>((complete, error) => {
      stream.subscribe({ next: (event: unknown) => events.push(event), complete, error });
    });
    expect(events).toEqual([{ data: { a: 1 } }]);
    expect(asked[0]?.get('authorization')).toBe('Bearer the-token');
  });
});
