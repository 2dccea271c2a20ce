import { useEffect, type ReactNode } from 'react';

const LINES = [
  { y: 10, end: 65, stroke: 'var(--current)', width: 1.5 },
  { y: 42, end: 70, stroke: 'var(--river)', width: 1.5 },
  { y: 75, end: 75, stroke: 'var(--ink)', width: 2.5 },
  { y: 108, end: 80, stroke: 'var(--river)', width: 1.5 },
  { y: 140, end: 85, stroke: 'var(--current)', width: 1.5 },
];

/** Five lines that converge: solid for what exists already, dashed for what will come. */
export function Converging({ solid = 0 }: { solid?: number }) {
  return (
    <svg width="300" height="150" viewBox="-2 0 300 150" aria-hidden="true">
      {LINES.map((line, index) => {
        const exists = index < solid;
        const d = line.y === line.end ? `M4 ${line.y}H296` : `M4 ${line.y}C110 ${line.y} 120 ${line.end} 200 ${line.end}H296`;
        return (
          <g key={line.y}>
            <path d={d} fill="none" stroke={line.stroke} strokeWidth={line.width} strokeLinecap="round" strokeDasharray={exists ? undefined : '2 6'} opacity={exists ? 1 : 0.7} />
            <circle cx="4" cy={line.y} r="4" fill="var(--canvas)" stroke={exists ? 'var(--river)' : 'var(--control)'} strokeWidth="1.5" />
          </g>
        );
      })}
    </svg>
  );
}

/** An empty page teaches: what will be here, the one next step, and up to three steps of the way. */
export function EmptyPage({
  title,
  children,
  action,
  steps,
  solid,
  alone,
}: {
  title: string;
  /** One sentence. */
  children: ReactNode;
  action?: ReactNode;
  steps?: { name: string; detail: string }[];
  /** How many of the five lines exist already. */
  solid?: number;
  /** No page head stands above it, so this is the page's own title. */
  alone?: boolean;
}) {
  const Heading = alone ? 'h1' : 'h2';
  useEffect(() => {
    if (alone) document.title = `${title} – Tributary`;
  }, [alone, title]);
  return (
    <div className="em">
      <Converging solid={solid} />
      <Heading>{title}</Heading>
      <p>{children}</p>
      {action}
      {steps && (
        <ol className="card">
          {steps.map((step, index) => (
            <li key={step.name}>
              <span className="nn">{index + 1}</span>
              <span>
                <b className="b blk">{step.name}</b>
                <span className="sm">{step.detail}</span>
              </span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}
