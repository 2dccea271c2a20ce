import { GraphiQL } from 'graphiql';
import { useEffect, useMemo, useRef, useState } from 'react';
import { session } from '@/auth/session';
import { useSession } from '@/auth/use_session';
import { useScheme } from '@/frame/scheme';
import { Icon, Mark } from '@/ui/icon';
import { SandboxBand } from '@/ui/sandbox_band';
import { newFetcher } from './fetcher';

const WELCOME = `# Runs as you, with your rights. Ctrl-Enter (⌘-Enter) runs, Ctrl-Space completes,
# and the book at the left explains every field.

query Start {
  deployment {
    mode
  }
  viewer {
    user {
      name
      email
    }
    memberships {
      brand {
        id
        name
      }
      roles
    }
  }
}
`;

const WHO = '{deployment{mode}viewer{user{email}}}';

interface Who {
  mode: 'SANDBOX' | 'TEST' | 'LIVE';
  email: string | null;
}

/** Asks who is signed in and whether real money moves. */
async function askWho(): Promise<Who | null> {
  const answer = (await newFetcher(session)({ query: WHO })) as { data?: { deployment: { mode: Who['mode'] }; viewer: { user: { email: string } | null } | null } | null };
  return answer.data ? { mode: answer.data.deployment.mode, email: answer.data.viewer?.user?.email ?? null } : null;
}

/** GraphiQL's fields have no names of their own: each takes that of the part that it stands in. */
function nameFields(root: Element): void {
  for (const field of root.querySelectorAll('.CodeMirror textarea:not([aria-label])')) {
    field.setAttribute('aria-label', field.closest('section')?.getAttribute('aria-label') ?? 'Code');
  }
}

/** A page in which to try the API: GraphiQL with the session of the portal, its documentation from the schema itself. */
export function QueryEditor() {
  const state = useSession();
  const scheme = useScheme();
  const fetcher = useMemo(() => newFetcher(session), []);
  const [who, setWho] = useState<Who | null>(null);
  const main = useRef<HTMLElement>(null);

  useEffect(() => {
    if (session.state() === 'starting') void session.refresh();
  }, []);
  useEffect(() => {
    if (state === 'starting') return;
    // Without an answer the page works all the same; the editor shows what is wrong.
    askWho().then(setWho, () => setWho(null));
  }, [state]);
  useEffect(() => {
    const element = main.current;
    if (!element) return;
    const observer = new MutationObserver(() => nameFields(element));
    observer.observe(element, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);

  return (
    <div className="editor">
      {who && who.mode !== 'LIVE' && <SandboxBand mode={who.mode} />}
      <header>
        <a className="logo" href="/">
          <Mark />
          Tributary
        </a>
        <h1>Query editor</h1>
        <span className="grow" />
        <a className="lk no-ph" href="/schema.graphql" target="_blank" rel="noreferrer">
          The schema as text
        </a>
        {who?.email ? (
          <span className="who mut ell">
            <Icon name="person" size={14} /> {who.email}
          </span>
        ) : (
          state === 'signedOut' && (
            <a className="lk" href="/sign-in?to=/graphql">
              Sign in
            </a>
          )
        )}
      </header>
      <main ref={main}>
        {/* The schema is asked for once, so only when it is known who asks. */}
        {state !== 'starting' && <GraphiQL fetcher={fetcher} defaultQuery={WELCOME} shouldPersistHeaders={false} forcedTheme={scheme} />}
      </main>
    </div>
  );
}
