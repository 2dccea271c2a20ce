import type { Fetcher } from '@graphiql/toolkit';
import { getOperationAST, type ExecutionResult } from 'graphql';
import { openStream } from '@/api/sse';
import type { Session } from '@/auth/session';

const URL = '/graphql';

/**
 * Carries the editor's operations to the API: as the person who is signed in,
 * or as whom the editor's own headers name. Subscriptions come as server-sent
 * events and stay open until they are stopped.
 */
export function newFetcher(session: Pick<Session, 'freshToken'>, doFetch: typeof fetch = (...args) => globalThis.fetch(...args)): Fetcher {
  async function headersWith(own: Record<string, string> | undefined): Promise<Record<string, string>> {
    const named = Object.keys(own ?? {}).some((name) => name.toLowerCase() === 'authorization');
    const token = named ? null : await session.freshToken();
    return { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...own };
  }
  return (params, options) => {
    const body = JSON.stringify(params);
    const own = options?.headers as Record<string, string> | undefined;
    const operation = options?.documentAST && getOperationAST(options.documentAST, params.operationName);
    if (operation?.operation === 'subscription') {
      return {
        subscribe(sink: unknown) {
          const close = openStream<ExecutionResult>({ url: URL, body, headers: () => headersWith(own), fetch: doFetch }, sink as Parameters<typeof openStream<ExecutionResult>>[1]);
          return { unsubscribe: close };
        },
      };
    }
    return (async () => {
      const response = await doFetch(URL, {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json', Accept: 'application/graphql-response+json, application/json', ...(await headersWith(own)) },
        body,
      });
      return (await response.json()) as ExecutionResult;
    })();
  };
}
