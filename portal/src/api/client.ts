import { authExchange } from '@urql/exchange-auth';
import { cacheExchange, Client, fetchExchange, subscriptionExchange, type CombinedError, type ExecutionResult } from 'urql';
import type { Session } from '@/auth/session';
import { freshExchange } from './fresh';
import { openStream } from './sse';

const URL = '/graphql';

/** Answers are wanted whole: an event stream is for subscriptions, and could set no cookie when a person signs in. */
const ANSWERS = 'application/graphql-response+json, application/json';

/** True when the server does not know who asks. */
export const isUnauthenticated = (error: CombinedError) =>
  error.graphQLErrors.some((fault) => fault.extensions?.code === 'UNAUTHENTICATED') || error.response?.status === 401;

/**
 * The GraphQL client of one signed-in person. A new one is made at every
 * sign-in, so that no answer of one person is ever shown to the next.
 */
export function newClient(session: Session): Client {
  return new Client({
    url: URL,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchOptions: { credentials: 'same-origin', headers: { Accept: ANSWERS } },
    exchanges: [
      cacheExchange,
      freshExchange,
      authExchange(async (tools) => ({
        addAuthToOperation(operation) {
          const token = session.token();
          return token ? tools.appendHeaders(operation, { Authorization: `Bearer ${token}` }) : operation;
        },
        willAuthError: () => session.nearlyOver(),
        didAuthError: (error) => session.token() !== null && isUnauthenticated(error),
        async refreshAuth() {
          await session.refresh();
        },
      })),
      subscriptionExchange({
        forwardSubscription: (request) => ({
          subscribe: (sink) => ({
            unsubscribe: openStream<ExecutionResult>(
              {
                url: URL,
                body: JSON.stringify(request),
                headers: async (): Promise<Record<string, string>> => {
                  const token = await session.freshToken();
                  return token ? { Authorization: `Bearer ${token}` } : {};
                },
              },
              sink,
            ),
          }),
        }),
      }),
      fetchExchange,
    ],
  });
}
