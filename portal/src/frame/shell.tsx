import { createContext, Fragment, useContext, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { formatNumber } from '@/lib/format';
import { Avatar } from '@/ui/avatar';
import { IconButton } from '@/ui/button';
import { Icon, Mark } from '@/ui/icon';
import { Dialog, Menu, Tooltip } from '@/ui/overlay';
import { SandboxBand } from '@/ui/sandbox_band';
import { Toasts } from '@/ui/toast';
import { useDemo } from './demo_progress';
import type { Hat, Viewer } from './hats';
import { RAIL_QUERY, useMedia } from './media';
import { addressOf, footPages, phonePages, railGroups, type Page } from './pages';
import { Palette } from './palette';
import { chooseScheme, schemeChoice } from './scheme';

const RailContext = createContext<(narrow: boolean) => void>(() => {});

/** Asks for the rail of icons while a page needs the width, as the board does with an open panel. */
export function useNarrowRail(wanted = true): void {
  const ask = useContext(RailContext);
  useEffect(() => {
    ask(wanted);
    return () => ask(false);
  }, [ask, wanted]);
}

function useOn(base: string, page: Page): boolean {
  const { pathname } = useLocation();
  const address = addressOf(base, page);
  return page.path === '' ? pathname.replace(/\/$/, '') === base : pathname === address || pathname.startsWith(`${address}/`);
}

const noCount = () => null;

function Place({ base, page, mini, onGo }: { base: string; page: Page; mini?: boolean; onGo?: () => void }) {
  const on = useOn(base, page);
  const count = (page.useCount ?? noCount)();
  const link = (
    <Link to={addressOf(base, page)} className={on ? 'on' : undefined} aria-current={on ? 'page' : undefined} aria-label={mini ? page.title : undefined} onClick={onGo}>
      {page.icon && <Icon name={page.icon} size={mini ? 18 : 16} />}
      {!mini && <span>{page.title}</span>}
      {count !== null && count > 0 && <span className="c">{formatNumber(count)}</span>}
    </Link>
  );
  return mini ? <Tooltip label={page.title}>{link}</Tooltip> : link;
}

function HatSwitch({ viewer, hat, mini, onHat, onSignOut }: { viewer: Viewer; hat: Hat; mini?: boolean; onHat: (hat: Hat) => void; onSignOut: () => void }) {
  const choice = schemeChoice();
  const brand = hat.kind === 'brand' || hat.kind === 'finance';
  return (
    <Menu
      width={264}
      trigger={
        <button type="button" className="hat" aria-label={`${hat.name}, ${hat.role}. Change who you are here`}>
          <Avatar name={hat.name} size="l" brand={brand} />
          {!mini && (
            <>
              <span className="who">
                <b className="ell">{hat.name}</b>
                <span>{hat.role}</span>
              </span>
              <span className="dim">
                <Icon name="updown" />
              </span>
            </>
          )}
        </button>
      }
      groups={[
        {
          label: viewer.email,
          items: viewer.hats.map((entry) => ({
            label: (
              <>
                <span className="blk ell">{entry.name}</span>
                <span className="sm dim blk">{entry.role}</span>
              </>
            ),
            left: <Avatar name={entry.name} brand={entry.kind === 'brand' || entry.kind === 'finance'} />,
            on: entry.base === hat.base,
            onPick: () => onHat(entry),
          })),
        },
        {
          label: 'Colours',
          items: [
            { label: 'As the system has them', icon: 'settings', on: choice === 'auto', onPick: () => chooseScheme('auto') },
            { label: 'Light', icon: 'sun', on: choice === 'light', onPick: () => chooseScheme('light') },
            { label: 'Dark', icon: 'moon', on: choice === 'dark', onPick: () => chooseScheme('dark') },
          ],
        },
        { items: [{ label: 'Sign out', icon: 'out', onPick: onSignOut }] },
      ]}
    />
  );
}

/** The band, which follows the demo while it is made. */
function Band({ mode }: { mode: 'SANDBOX' | 'TEST' }) {
  return <SandboxBand mode={mode} demo={useDemo().progress} />;
}

/** The frame around every page: rail with hats, search and places; top and bottom bar on the phone. */
export function Shell({ viewer, hat, pages, onSignOut, children }: { viewer: Viewer; hat: Hat; pages: readonly Page[]; onSignOut: () => void; children: ReactNode }) {
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const small = useMedia(RAIL_QUERY);
  const [asked, setAsked] = useState(false);
  const [palette, setPalette] = useState(false);
  const [more, setMore] = useState(false);
  const main = useRef<HTMLElement>(null);
  const mini = small || asked;
  const groups = useMemo(() => railGroups(pages, hat.kind), [pages, hat.kind]);
  const foot = useMemo(() => footPages(pages, hat.kind), [pages, hat.kind]);
  const phone = useMemo(() => phonePages(pages, hat.kind), [pages, hat.kind]);

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        setPalette((open) => !open);
      }
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  // A new page is read from its top: the focus goes there, as it would after a full load.
  const before = useRef(pathname);
  useEffect(() => {
    if (before.current !== pathname) main.current?.focus({ preventScroll: true });
    before.current = pathname;
  }, [pathname]);

  const go = (next: Hat) => void navigate(next.base);
  const switcher = (small: boolean) => <HatSwitch viewer={viewer} hat={hat} mini={small} onHat={go} onSignOut={onSignOut} />;
  const modifier = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘ K' : 'Ctrl K';

  return (
    <RailContext.Provider value={setAsked}>
      <div className={viewer.mode === 'LIVE' ? undefined : 'banded'}>
        <a className="skip" href="#main">
          Go to the page
        </a>
        {viewer.mode !== 'LIVE' && <Band mode={viewer.mode} />}
        <div className="topbar">
          {switcher(false)}
          <IconButton icon="search" label="Find anything" onClick={() => setPalette(true)} />
        </div>
        <div className={mini ? 'app mini' : 'app'}>
          <nav className="rail" aria-label="Main">
            <div>
              {switcher(mini)}
              <button type="button" className="find" aria-label="Find anything" onClick={() => setPalette(true)}>
                <Icon name="search" size={mini ? 18 : 16} />
                {!mini && (
                  <>
                    <span className="grow">Find anything</span>
                    <kbd>{modifier}</kbd>
                  </>
                )}
              </button>
            </div>
            {groups.map((group) => (
              <div key={group.heading} className="nav" role="group" aria-label={group.heading || undefined}>
                {group.heading && !mini && <h4>{group.heading}</h4>}
                {group.pages.map((page) => (
                  <Place key={page.path} base={hat.base} page={page} mini={mini} />
                ))}
              </div>
            ))}
            <div className="foot">
              <div className="nav">
                {foot.map((page) => (
                  <Place key={page.path} base={hat.base} page={page} mini={mini} />
                ))}
              </div>
              <div className="mark">
                <Mark />
                {!mini && <span>Tributary</span>}
              </div>
            </div>
          </nav>
          <main className="main" id="main" ref={main} tabIndex={-1}>
            {children}
          </main>
        </div>
        <nav className="bar" aria-label="Main places">
          {phone.map((page) => (
            <PhonePlace key={page.path} base={hat.base} page={page} />
          ))}
          <button type="button" aria-haspopup="dialog" onClick={() => setMore(true)}>
            <Icon name="menu" size={20} />
            More
          </button>
        </nav>
        <Dialog open={more} onClose={() => setMore(false)} className="sheet" title="All places">
          {groups.map((group) => (
            <Fragment key={group.heading}>
              <nav className="nav" aria-label={group.heading || 'Places'}>
                {group.heading && <h4>{group.heading}</h4>}
                {group.pages.map((page) => (
                  <Place key={page.path} base={hat.base} page={page} onGo={() => setMore(false)} />
                ))}
              </nav>
            </Fragment>
          ))}
          <nav className="nav" aria-label="You">
            {foot.map((page) => (
              <Place key={page.path} base={hat.base} page={page} onGo={() => setMore(false)} />
            ))}
            <button type="button" onClick={onSignOut}>
              <Icon name="out" />
              Sign out
            </button>
          </nav>
        </Dialog>
        <Palette open={palette} onClose={() => setPalette(false)} viewer={viewer} hat={hat} pages={pages} />
        <Toasts />
      </div>
    </RailContext.Provider>
  );
}

function PhonePlace({ base, page }: { base: string; page: Page }) {
  const on = useOn(base, page);
  return (
    <Link to={addressOf(base, page)} className={on ? 'on' : undefined} aria-current={on ? 'page' : undefined}>
      {page.icon && <Icon name={page.icon} size={20} />}
      {page.phone?.title ?? page.title}
    </Link>
  );
}
