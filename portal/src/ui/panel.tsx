import { useCallback, useEffect, useRef, type ReactNode } from 'react';
import { useSearchParams } from 'react-router';
import { IconButton } from './button';

/**
 * What the URL holds in its query: filters, range, tab, open panel. Setting
 * null takes a name out. `push` makes a step that Back undoes, as for a panel.
 */
export function useView(): {
  get: (name: string, otherwise?: string) => string;
  set: (changes: Record<string, string | null>, how?: { push?: boolean }) => void;
  /** The address with these changes, for links. */
  href: (changes: Record<string, string | null>) => string;
} {
  const [params, setParams] = useSearchParams();
  const changed = useCallback(
    (changes: Record<string, string | null>) => {
      const next = new URLSearchParams(params);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
      }
      return next;
    },
    [params],
  );
  return {
    get: (name, otherwise = '') => params.get(name) ?? otherwise,
    set: (changes, how) => setParams(changed(changes), { replace: !how?.push, preventScrollReset: true }),
    href: (changes) => {
      const text = changed(changes).toString();
      return text ? `?${text}` : '?';
    },
  };
}

/** The open panel of a page, held by the URL as ?open=<id>. */
export function usePanel(name = 'open'): { open: string | null; show: (id: string) => void; close: () => void } {
  const view = useView();
  return {
    open: view.get(name) || null,
    show: (id) => view.set({ [name]: id }, { push: true }),
    close: () => view.set({ [name]: null }),
  };
}

/**
 * 392 px at the right over the page, which stays usable: who, controls, tabs,
 * body, actions fixed at the foot. Escape closes; focus goes in and comes back.
 */
export function SidePanel({
  label,
  head,
  tools,
  tabs,
  foot,
  onClose,
  children,
}: {
  label: string;
  /** Who or what: an avatar and two lines. */
  head: ReactNode;
  tools?: ReactNode;
  tabs?: ReactNode;
  foot?: ReactNode;
  onClose: () => void;
  children: ReactNode;
}) {
  const ref = useRef<HTMLElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  });

  useEffect(() => {
    const before = document.activeElement;
    ref.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      // A menu or dialog above the panel takes its Escape first.
      if (event.key === 'Escape' && !event.defaultPrevented && !document.querySelector('dialog[open]')) close.current();
    }
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);

  return (
    <aside ref={ref} className="panel" aria-label={label} tabIndex={-1}>
      <h2 className="vh">{label}</h2>
      <div className={tabs ? 'ph1 tabbed' : 'ph1'}>
        <div className="row g3">
          <div className="row g3 grow t">{head}</div>
          <IconButton icon="close" label="Close" onClick={onClose} />
        </div>
        {tools && <div className="tools">{tools}</div>}
        {tabs}
      </div>
      <div className="pbody">{children}</div>
      {foot && <div className="pfoot">{foot}</div>}
    </aside>
  );
}
