import { describe, expect, it } from 'vitest';
import { openStream, readEvents } from './sse';

const headers = async () => ({ Authorization: 'Bearer a' });

function answer(...parts: string[]): Response {
  const encoder = new TextEncoder();
  return new Response(
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const part of parts) controller.enqueue(encoder.encode(part));
        controller.close();
      },
    }),
    { headers: { 'Content-Type': 'text/event-stream' } },
  );
}

describe('a stream of events', () => {
  it('is cut at blank lines and keeps what is incomplete', () => {
    const { events, rest } = readEvents(':\n\nevent: next\ndata: {"a":1}\n\nevent: nex');
    expect(events).toEqual([{ event: 'next', data: '{"a":1}' }]);
    expect(rest).toBe('event: nex');
  });

  it('joins the lines of one event', () => {
    expect(readEvents('event: next\r\ndata: {"a":\r\ndata: 1}\r\n\r\n').events[0]?.data).toBe('{"a":\n1}');
  });

  it('hands over values that arrive in pieces and ends with complete', async () => {
    const seen: unknown[] = [];
    await new Promise<void>((done, fail) => {
      openStream(
        {
          url: '/graphql',
          body: '{}',
          headers,
          fetch: async () => answer('event: next\ndata: {"n"', ':1}\n\nevent: next\ndata: {"n":2}\n\n', 'event: complete\n\n'),
        },
        { next: (value) => seen.push(value), error: fail, complete: done },
      );
    });
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('opens again after a lost connection, with a fresh token', async () => {
    const tokens: string[] = [];
    const waits: number[] = [];
    let token = 0;
    const seen: unknown[] = [];
    await new Promise<void>((done, fail) => {
      openStream(
        {
          url: '/graphql',
          body: '{}',
          headers: async () => ({ Authorization: `Bearer ${(token += 1)}` }),
          wait: async (ms) => void waits.push(ms),
          fetch: async (_url, init) => {
            tokens.push(new Headers(init?.headers).get('Authorization') ?? '');
            if (tokens.length === 1) return answer('event: next\ndata: 1\n\n');
            if (tokens.length === 2) throw new Error('offline');
            return answer('event: next\ndata: 2\n\nevent: complete\n\n');
          },
        },
        { next: (value) => seen.push(value), error: fail, complete: done },
      );
    });
    expect(seen).toEqual([1, 2]);
    expect(tokens).toEqual(['Bearer 1', 'Bearer 2', 'Bearer 3']);
    expect(waits).toEqual([500, 1000]);
  });

  it('gives up when no try brings anything', async () => {
    let tries = 0;
    const error = await new Promise<unknown>((done) => {
      openStream(
        { url: '/graphql', body: '{}', headers, wait: async () => {}, fetch: async () => { tries += 1; throw new Error('offline'); } },
        { next: () => {}, error: done, complete: () => done('complete') },
      );
    });
    expect((error as Error).message).toBe('offline');
    expect(tries).toBe(12);
  });

  it('says nothing more once it is closed', async () => {
    const seen: unknown[] = [];
    const close = openStream(
      { url: '/graphql', body: '{}', headers, fetch: async () => answer('event: next\ndata: 1\n\n'), wait: () => new Promise(() => {}) },
      { next: (value) => seen.push(value), error: (e) => seen.push(e), complete: () => seen.push('complete') },
    );
    close();
    await new Promise((done) => setTimeout(done, 5));
    expect(seen).not.toContain('complete');
  });
});
