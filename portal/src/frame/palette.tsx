import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { useNavigate } from 'react-router';
import { Icon } from '@/ui/icon';
import { Dialog } from '@/ui/overlay';
import type { Hat, Viewer } from './hats';
import { addressOf, match, reachable, type Page } from './pages';
import { sources, type Found } from './palette_sources';

/** Waits this long for the next letter before sources are asked, in milliseconds. */
const PAUSE_MS = 160;
const MAX_PAGES = 8;

interface Group {
  heading: string;
  items: Found[];
}

function pagesFor(typed: string, hat: Hat, viewer: Viewer, pages: readonly Page[]): Group[] {
  const here = reachable(pages, hat.kind)
    .map((page) => ({ page, score: typed ? match(page, typed) : 1 }))
    .filter((entry) => entry.score > 0)
    .sort((a, b) => b.score - a.score)
    .slice(0, typed ? MAX_PAGES : 20)
    .map(({ page }): Found => ({ key: `p${page.path}`, label: page.title, detail: page.group === 'foot' ? undefined : page.group || undefined, icon: page.icon ?? 'right', to: addressOf(hat.base, page) }));
  const others = viewer.hats
    .filter((other) => other.base !== hat.base)
    .filter((other) => !typed || `${other.name} ${other.role}`.toLocaleLowerCase().includes(typed.toLocaleLowerCase()))
    .map((other): Found => ({ key: `h${other.base}`, label: other.name, detail: other.role, icon: other.kind === 'creator' ? 'person' : 'compass', to: other.base }));
  return [
    { heading: 'Pages', items: here },
    { heading: 'Change who you are here', items: others },
  ].filter((group) => group.items.length > 0);
}

/** Ctrl K: every page and, through the features' sources, every thing. */
export function Palette({ open, onClose, viewer, hat, pages }: { open: boolean; onClose: () => void; viewer: Viewer; hat: Hat; pages: readonly Page[] }) {
  return (
    <Dialog open={open} onClose={onClose} className="palette" title="Find anything">
      <Search onClose={onClose} viewer={viewer} hat={hat} pages={pages} />
    </Dialog>
  );
}

function Search({ onClose, viewer, hat, pages }: { onClose: () => void; viewer: Viewer; hat: Hat; pages: readonly Page[] }) {
  const id = useId();
  const navigate = useNavigate();
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const [found, setFound] = useState<Group[]>([]);
  const words = typed.trim();

  useEffect(() => input.current?.focus(), []);

  useEffect(() => {
    if (words.length < 2) return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      const asked = sources.filter((source) => source.hats.includes(hat.kind));
      void Promise.allSettled(asked.map((source) => source.find(words, hat, abort.signal))).then((answers) => {
        if (abort.signal.aborted) return;
        setFound(
          answers.flatMap((answer, index) => {
            const heading = asked[index]?.heading ?? '';
            return answer.status === 'fulfilled' && answer.value.length > 0 ? [{ heading, items: answer.value }] : [];
          }),
        );
      });
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [words, hat]);

  const groups = useMemo(() => [...pagesFor(words, hat, viewer, pages), ...(words.length < 2 ? [] : found)], [words, hat, viewer, pages, found]);
  const flat = groups.flatMap((group) => group.items);
  const current = Math.min(at, Math.max(0, flat.length - 1));

  function pick(item: Found | undefined) {
    if (!item) return;
    onClose();
    void navigate(item.to);
  }

  function onKey(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && flat.length > 0) {
      event.preventDefault();
      setAt((current + step + flat.length) % flat.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      pick(flat[current]);
    }
  }

  return (
    <>
      <div className="q1">
        <Icon name="search" />
        <input
          ref={input}
          value={typed}
          placeholder="Find anything"
          role="combobox"
          aria-label="Find anything"
          aria-expanded="true"
          aria-controls={`${id}l`}
          aria-activedescendant={flat.length > 0 ? `${id}${current}` : undefined}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <kbd>Esc</kbd>
      </div>
      {flat.length === 0 ? (
        <p className="none">Nothing found for “{words}”.</p>
      ) : (
        <div className="found" id={`${id}l`} role="listbox" aria-label="Found">
          {groups.map((group) => (
            <div key={group.heading} role="group" aria-label={group.heading}>
              <div className="grp" aria-hidden="true">
                {group.heading}
              </div>
              {group.items.map((item) => {
                const place = flat.indexOf(item);
                return (
                  // The keys are handled at the input, which keeps the focus.
                  // eslint-disable-next-line jsx-a11y/click-events-have-key-events
                  <div key={item.key} id={`${id}${place}`} role="option" tabIndex={-1} aria-selected={place === current} onClick={() => pick(item)} onPointerMove={() => setAt(place)}>
                    <Icon name={item.icon} />
                    <b className="grow ell">{item.label}</b>
                    {item.detail && <span className="sm dim">{item.detail}</span>}
                  </div>
                );
              })}
            </div>
          ))}
        </div>
      )}
    </>
  );
}
