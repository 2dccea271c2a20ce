import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react';

interface Hidden {
  /** More stands before what is seen. */
  left: boolean;
  /** More stands behind it. */
  right: boolean;
  /** There is anything to scroll, in either direction. */
  any: boolean;
}

const NOTHING: Hidden = { left: false, right: false, any: false };

/** Half pixels of a zoomed window are nothing to scroll, px. */
const SLACK = 2;

/**
 * Content that may be wider than its place: it scrolls in here, and the page
 * stays as wide as its window. While something is hidden, a shade stands at that
 * edge, and the box is a stop of the keyboard, whose arrows scroll it.
 */
export function ScrollBox({ label, held, style, children }: { /** Names the box, as no other region of the page is named. */ label: string; /** The first column of the table stays in place and has the shade. */ held?: boolean; style?: CSSProperties; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  const [hidden, setHidden] = useState(NOTHING);
  useEffect(() => {
    const box = ref.current;
    if (!box) return;
    const measure = () => {
      const rest = box.scrollWidth - box.clientWidth;
      const next = { left: box.scrollLeft > SLACK, right: rest - box.scrollLeft > SLACK, any: rest > SLACK || box.scrollHeight - box.clientHeight > SLACK };
      setHidden((old) => (old.left === next.left && old.right === next.right && old.any === next.any ? old : next));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(box);
    for (const child of box.children) observer.observe(child);
    box.addEventListener('scroll', measure, { passive: true });
    return () => {
      observer.disconnect();
      box.removeEventListener('scroll', measure);
    };
  }, []);
  return (
    <div className={held ? 'scrollbox held' : 'scrollbox'} data-left={hidden.left || undefined} data-right={hidden.right || undefined}>
      <div ref={ref} className="tbl" style={style} {...(hidden.any ? { role: 'region', 'aria-label': label, tabIndex: 0 } : {})}>
        {children}
      </div>
    </div>
  );
}
