import { auditServer, type AuditResult } from 'graphql-http';
import { describe, expect, it } from 'vitest';
import { Api } from './api';
import { newWorld } from './world';

const world = newWorld('graphql_over_http', { browser: false });

/** Audits name their level first: "MUST accept application/json …". */
const levelOf = (result: AuditResult) => /^(MUST NOT|MUST|SHOULD NOT|SHOULD|MAY)/.exec(result.name)?.[1] ?? 'MAY';

describe('GraphQL over HTTP', () => {
  it('the server passes every audit of graphql-http that says MUST or SHOULD', async () => {
    const caller = await Api.signIn(world.server.url, 'creator@demo.test');
    // Introspection, which the audits ask for, is for callers who are signed in.
    const signedIn: typeof fetch = (input, init) => fetch(input, { ...init, headers: { ...Object.fromEntries(new Headers(init?.headers)), ...caller.headers() } });
    const results = await auditServer({ url: `${world.server.url}/graphql`, fetchFn: signedIn });
    const counts = new Map<string, { ok: number; of: number }>();
    for (const result of results) {
      const count = counts.get(levelOf(result)) ?? { ok: 0, of: 0 };
      counts.set(levelOf(result), { ok: count.ok + (result.status === 'ok' ? 1 : 0), of: count.of + 1 });
    }
    console.log(`graphql-http audits: ${[...counts].map(([level, { ok, of }]) => `${level} ${ok}/${of}`).join(', ')}`);
    const failed = results.flatMap((result) => (result.status !== 'ok' && levelOf(result) !== 'MAY' ? [`${result.id} ${result.name}: ${result.reason}`] : []));
    expect(failed).toEqual([]);
    expect(results.length).toBeGreaterThanOrEqual(61);
  });
});
