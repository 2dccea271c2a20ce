/**
 * GraphQL subscriptions over server-sent events: one POST a subscription with
 * Accept: text/event-stream, answered by "next" events and one "complete".
 */

/** Waits before a lost stream is opened again: doubled each time up to the last, in milliseconds. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 20_000;
/** Tries in a row without a single event before the stream is given up. */
const MAX_TRIES = 12;

/** One event of a stream. */
export interface StreamEvent {
  event: string;
  data: string;
}

/** Splits what has arrived into whole events and the rest that is still incomplete. */
export function readEvents(text: string): { events: StreamEvent[]; rest: string } {
  const blocks = text.replace(/\r\n?/g, '\n').split('\n\n');
  const rest = blocks.pop() ?? '';
  const events: StreamEvent[] = [];
  for (const block of blocks) {
    let event = 'message';
    const data: string[] = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('event:')) event = line.slice(6).trim();
      else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    }
    // A block of comments only keeps the connection alive and says nothing.
    if (event !== 'message' || data.length > 0) events.push({ event, data: data.join('\n') });
  }
  return { events, rest };
}

/** What a stream needs from the outside; tests hand in their own. */
export interface StreamSource {
  url: string;
  body: string;
  headers: () => Promise<Record<string, string>>;
  fetch?: typeof fetch;
  wait?: (ms: number) => Promise<void>;
}

/** Who receives a stream. */
export interface StreamSink<T> {
  next: (value: T) => void;
  error: (error: unknown) => void;
  complete: () => void;
}

/** Opens a stream and keeps it open over lost connections. Returns the function that closes it. */
export function openStream<T>(source: StreamSource, sink: StreamSink<T>): () => void {
  const abort = new AbortController();
  const doFetch = source.fetch ?? fetch;
  const wait = source.wait ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms)));
  let tries = 0;

  async function once(): Promise<'complete' | 'lost'> {
    const response = await doFetch(source.url, {
      method: 'POST',
      credentials: 'same-origin',
      headers: { 'Content-Type': 'application/json', Accept: 'text/event-stream', ...(await source.headers()) },
      body: source.body,
      signal: abort.signal,
    });
    if (!response.ok || !response.body) throw new Error(`The stream was refused (${response.status}).`);
    if (!(response.headers.get('Content-Type') ?? '').startsWith('text/event-stream')) {
      // The request itself was wrong: the answer is one ordinary result.
      sink.next((await response.json()) as T);
      return 'complete';
    }
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let pending = '';
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return 'lost';
      const { events, rest } = readEvents(pending + value);
      pending = rest;
      for (const event of events) {
        tries = 0;
        if (event.event === 'complete') return 'complete';
        if (event.event === 'next') sink.next(JSON.parse(event.data) as T);
      }
    }
  }

  async function run(): Promise<void> {
    let failure: unknown = new Error('The connection was lost.');
    while (!abort.signal.aborted && tries < MAX_TRIES) {
      try {
        if ((await once()) === 'complete') {
          sink.complete();
          return;
        }
      } catch (error) {
        failure = error;
      }
      if (abort.signal.aborted) return;
      await wait(Math.min(FIRST_WAIT_MS * 2 ** tries, LONGEST_WAIT_MS));
      tries += 1;
    }
    if (!abort.signal.aborted) sink.error(failure);
  }

  void run();
  return () => abort.abort();
}
