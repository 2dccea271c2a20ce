import type { ReactNode } from 'react';
import { createMemoryRouter, RouterProvider } from 'react-router';
import { Client, Provider, type Exchange } from 'urql';
import { filter, map, pipe, tap } from 'wonka';
import { FrameContext } from '@/frame/context';
import type { Hat, Viewer } from '@/frame/hats';
import { Theme } from '@/frame/theme';
import { Toasts } from '@/ui/toast';

/** One request as a page sent it. */
export interface Sent {
  name: string;
  variables: Record<string, unknown>;
}

type Answer = object | ((variables: Record<string, unknown>) => object);

/** A client that answers each operation by its name and keeps what was sent; an operation without an answer fails the test. */
export function answering(answers: Record<string, Answer>): { client: Client; sent: Sent[] } {
  const sent: Sent[] = [];
  const exchange: Exchange = () => (operations) =>
    pipe(
      operations,
      filter((operation) => operation.kind !== 'teardown'),
      tap((operation) => sent.push({ name: nameOf(operation.query), variables: operation.variables as Record<string, unknown> })),
      map((operation) => {
        const name = nameOf(operation.query);
        const answer = answers[name];
        if (answer === undefined) throw new Error(`no answer for ${name}`);
        const data = typeof answer === 'function' ? answer(operation.variables as Record<string, unknown>) : answer;
        return { operation, data, error: undefined, stale: false, hasNext: false };
      }),
    );
  return { client: new Client({ url: 'http://portal.test/graphql', exchanges: [exchange], preferGetMethod: false }), sent };
}

function nameOf(query: { definitions: readonly unknown[] }): string {
  for (const definition of query.definitions as readonly { kind: string; name?: { value: string } }[]) {
    if (definition.kind === 'OperationDefinition' && definition.name) return definition.name.value;
  }
  return '';
}

const hat: Hat = { kind: 'creator', name: 'Maya Okafor', role: 'Creator', base: '/creator' };
const viewer: Viewer = { id: 'usr_1', name: 'Maya Okafor', email: 'maya@okafor.example', hats: [hat], sandbox: true, mode: 'SANDBOX', sendingNeedsTotp: false };

/** A page of the creator at an address, with its client, router and frame around it. */
export function CreatorStage({ client, path, at, children }: { client: Client; /** The route's pattern, such as /creator/sales/:order. */ path: string; at?: string; children: ReactNode }) {
  const router = createMemoryRouter(
    [
      {
        path,
        element: (
          <FrameContext value={{ viewer, hat }}>
            {children}
            <Toasts />
          </FrameContext>
        ),
      },
      { path: '*', element: <p>Elsewhere</p> },
    ],
    { initialEntries: [at ?? path] },
  );
  return (
    <Theme>
      <Provider value={client}>
        <RouterProvider router={router} />
      </Provider>
    </Theme>
  );
}
