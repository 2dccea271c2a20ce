import { Fragment, useEffect, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Icon } from './icon';

/** Where a page stands below another one. */
export interface Crumb {
  label: string;
  to?: string;
}

/**
 * Title, one line that says what the page is for and ends with the time of its
 * figures, and the actions, of which one is primary.
 */
export function PageHead({ title, line, crumbs, actions }: { title: string; line?: ReactNode; crumbs?: Crumb[]; actions?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} – Tributary`;
  }, [title]);
  return (
    <header className="head">
      <div>
        {crumbs && (
          <nav className="crumb" aria-label="Where this page is">
            {crumbs.map((crumb, index) => (
              <Fragment key={index}>
                {index > 0 && <Icon name="right" size={12} />}
                {crumb.to ? <Link to={crumb.to}>{crumb.label}</Link> : <span>{crumb.label}</span>}
              </Fragment>
            ))}
          </nav>
        )}
        <h1>{title}</h1>
        {line && <p>{line}</p>}
      </div>
      {actions && <div className="act">{actions}</div>}
    </header>
  );
}
