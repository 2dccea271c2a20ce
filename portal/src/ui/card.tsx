import { useId, type ReactNode } from 'react';

/** A surface with a hairline. With a title it is a named region; `pad` gives the body its 20 px. */
export function Card({
  title,
  action,
  label,
  pad,
  className = '',
  children,
}: {
  title?: ReactNode;
  action?: ReactNode;
  /** Names the region where no title is drawn. */
  label?: string;
  pad?: boolean;
  className?: string;
  children?: ReactNode;
}) {
  const id = useId();
  return (
    <section className={`card ${pad && !title ? 'pad' : ''} ${className}`.replace(/\s+/g, ' ').trim()} aria-label={label} aria-labelledby={!label && title ? id : undefined}>
      {title && (
        <div className="ch">
          <h2 id={id}>{title}</h2>
          {action && <div className="act">{action}</div>}
        </div>
      )}
      {pad && title ? <div className="pad" style={{ paddingTop: 0 }}>{children}</div> : children}
    </section>
  );
}
