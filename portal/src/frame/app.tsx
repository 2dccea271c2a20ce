import { Suspense, useEffect, useMemo, type ComponentType, lazy } from 'react';
import { Navigate, Outlet, useLocation, useNavigate, useParams, useRouteError } from 'react-router';
import { Provider } from 'urql';
import { newClient } from '@/api/client';
import { session } from '@/auth/session';
import { useSession } from '@/auth/use_session';
import { useSignedIn } from '@/auth/viewer';
import { Button, ButtonLink } from '@/ui/button';
import { EmptyPage } from '@/ui/empty';
import { PageSkeleton } from '@/ui/skeleton';
import { Toasts } from '@/ui/toast';
import { ErrorState } from '@/ui/trouble';
import { FrameContext } from './context';
import { lastHat, rememberHat, type Viewer } from './hats';
import { addressOf, PAGES, railGroups, type HatKind, type Page } from './pages';
import { allows } from './rights';
import { Shell } from './shell';
import { Theme } from './theme';

/** Everything stands in here: theme, and a client that is new for every person. */
export function Root() {
  const state = useSession();
  // Signing in or out makes a new client with an empty cache.
  const signedIn = state === 'signedIn';
  const client = useMemo(() => ({ signedIn, urql: newClient(session) }), [signedIn]);

  useEffect(() => {
    if (session.state() === 'starting') void session.refresh();
  }, []);

  return (
    <Theme>
      <Provider value={client.urql}>
        <Outlet />
      </Provider>
    </Theme>
  );
}

/** A page that is loaded when it is first gone to; its skeleton stands meanwhile. */
export function pageElement(page: Page) {
  const Loaded: ComponentType = lazy(page.load);
  const bare = page.hat === 'public';
  return function PageElement() {
    const { pathname } = useLocation();
    return (
      // The key makes the skeleton appear at once instead of the old page staying.
      <Suspense key={bare ? undefined : pathname} fallback={bare ? <div className="loadline" /> : <PageSkeleton />}>
        <Loaded />
        {bare && <Toasts />}
      </Suspense>
    );
  };
}

/** Lets only signed-in people through, and remembers where the others wanted to go. */
export function SignedIn() {
  const state = useSession();
  const { pathname, search } = useLocation();
  if (state === 'starting') return <div className="loadline" role="status" aria-label="Loading" />;
  if (state === 'signedOut') {
    const to = pathname === '/' ? '' : `?to=${encodeURIComponent(pathname + search)}`;
    return <Navigate to={`/sign-in${to}`} replace />;
  }
  return <WithViewer />;
}

function WithViewer() {
  const { viewer, error, waiting, again } = useSignedIn();
  if (waiting) return <div className="loadline" role="status" aria-label="Loading" />;
  if (!viewer) {
    return (
      <div className="main">
        {error ? <ErrorState error={error} onRetry={again} /> : <Navigate to="/sign-in" replace />}
      </div>
    );
  }
  return <Outlet context={viewer} />;
}

async function leave(): Promise<void> {
  // Even when the server cannot be told, this tab forgets the person.
  await session.signOut().catch(() => undefined);
}

/** Goes to the hat worn last. */
export function Start({ viewer }: { viewer: Viewer }) {
  const hat = lastHat(viewer.hats);
  if (hat) return <Navigate to={hat.base} replace />;
  return (
    <main className="main">
      <EmptyPage alone title="Nothing is yours here yet" action={<Button kind="primary" onClick={() => void leave()}>Sign out</Button>}>
        Open the invitation that a brand sent you, or make a creator profile.
      </EmptyPage>
    </main>
  );
}

/** The frame of one hat. A hat that is not the person's looks like a page that does not exist. */
export function HatFrame({ kind, viewer }: { kind: HatKind; viewer: Viewer }) {
  const { brand } = useParams();
  const navigate = useNavigate();
  const hat = viewer.hats.find((entry) => entry.kind === kind && (entry.brand === undefined || entry.brand.slug === brand));

  useEffect(() => {
    if (hat) rememberHat(hat);
  }, [hat]);

  const frame = useMemo(() => (hat ? { viewer, hat } : null), [viewer, hat]);
  const pages = useMemo(() => PAGES.filter((page) => page.needs === undefined || allows(hat?.roles ?? [], page.needs)), [hat]);
  if (!hat || !frame) return <NotFound />;
  return (
    <FrameContext value={frame}>
      <Shell viewer={viewer} hat={hat} pages={pages} onSignOut={() => void leave().then(() => navigate('/sign-in'))}>
        <Outlet />
      </Shell>
    </FrameContext>
  );
}

/** The hat's own address when no page was made its home: the first place of the rail. */
export function FirstPlace({ kind }: { kind: HatKind }) {
  const { pathname } = useLocation();
  const first = railGroups(PAGES, kind)[0]?.pages.find((page) => page.path !== '');
  if (!first) return <NotFound />;
  return <Navigate to={addressOf(pathname.replace(/\/$/, ''), first)} replace />;
}

/** No such page, or not the person's to see: the two look alike. */
export function NotFound() {
  return (
    <main className="main">
      <EmptyPage alone title="There is nothing here" action={<ButtonLink kind="primary" to="/">Go to your pages</ButtonLink>}>
        The address is wrong, or the page belongs to somebody else.
      </EmptyPage>
    </main>
  );
}

/** A page that failed while it was drawn, or whose files are gone because a new version is there. */
export function RouteTrouble() {
  const error = useRouteError();
  const gone = error instanceof Error && /dynamically imported module|Importing a module script|Failed to fetch/i.test(error.message);
  return (
    <main className="main">
      <EmptyPage alone title={gone ? 'Tributary was updated' : 'This page failed'} action={<Button kind="primary" onClick={() => window.location.reload()}>Load it again</Button>}>
        {gone ? 'This tab still had the version before. Nothing was changed.' : 'Nothing was changed. Load it again; if it fails again, tell the people who run this server.'}
      </EmptyPage>
    </main>
  );
}
