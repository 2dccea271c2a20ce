import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Button } from '@/ui/button';
import { Mark } from '@/ui/icon';
import { streamLines } from './stream';

/** The stream that ends in the page's one button: as high as the button, from the window's left edge. */
function StreamDrawing({ height, middle, width }: { height: number; middle: number; width: number }) {
  const thick = 44;
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden="true">
      <defs>
        <linearGradient id="stream-end" gradientUnits="userSpaceOnUse" x1={width - 326} x2={width - 6}>
          <stop stopColor="var(--river-fill)" stopOpacity="0" />
          <stop offset=".75" stopColor="var(--river-fill)" stopOpacity=".85" />
          <stop offset="1" stopColor="var(--river-fill)" />
        </linearGradient>
      </defs>
      {streamLines(width, height, middle, thick).map((line, index) => (
        <path key={index} d={line.d} fill="none" stroke={line.stroke} strokeWidth={line.width} opacity={line.opacity} />
      ))}
      <rect x={width - 326} y={middle - thick / 2} width={327} height={thick} fill="url(#stream-end)" />
    </svg>
  );
}

/** The page before sign-in: lines flow from the left into the one button at the right. */
export function Gate({ title, line, children, below }: { title: string; line: string; children: ReactNode; below?: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  const [place, setPlace] = useState<{ width: number; height: number; middle: number } | null>(null);

  useEffect(() => {
    document.title = `${title} – Tributary`;
  }, [title]);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    function measure() {
      const button = element?.querySelector('.stream');
      if (!element || !button) return;
      const outer = element.getBoundingClientRect();
      const inner = button.getBoundingClientRect();
      if (outer.width < 900) setPlace(null);
      else setPlace({ width: Math.round(inner.left - outer.left) + 1, height: Math.round(outer.height), middle: Math.round(inner.top - outer.top + inner.height / 2) });
    }
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    const form = element.querySelector('.mid');
    if (form) observer.observe(form);
    return () => observer.disconnect();
  }, []);

  return (
    <div className="gate" ref={box}>
      {place && <StreamDrawing {...place} />}
      <aside className="shore" aria-label="What Tributary does">
        <div className="pitch">
          <p>
            Every sale
            <br />
            explains itself.
          </p>
          <p>See which link, post or code brought it, what it earns, and when it is paid.</p>
        </div>
      </aside>
      <main className="side">
        <Link className="logo" to="/">
          <Mark size={28} />
          Tributary
        </Link>
        <div className="mid">
          <h1>{title}</h1>
          <p className="mut" style={{ marginTop: 2 }}>
            {line}
          </p>
          {children}
        </div>
        {below}
      </main>
    </div>
  );
}

/** The button into which the stream flows. */
export function StreamButton({ busy, children }: { busy: boolean; children: ReactNode }) {
  return (
    <div className="stream">
      <Button kind="primary" wide type="submit" busy={busy}>
        {children}
      </Button>
    </div>
  );
}
