import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { Icon, type IconName } from './icon';

/** One of several views of the same thing; the URL says which, so each is a link. */
export function Tabs({ tabs, current, label }: { tabs: readonly { key: string; label: string; count?: string | number; to: string }[]; current: string; label: string }) {
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the open one may stand outside of what fits.
    const on = nav.current?.querySelector<HTMLElement>('[aria-current]');
    if (nav.current && on) nav.current.scrollLeft = on.offsetLeft - nav.current.offsetLeft - (nav.current.clientWidth - on.offsetWidth) / 2;
  }, [current]);
  return (
    <nav ref={nav} className="tabs" aria-label={label}>
      {tabs.map((tab) => (
        <Link key={tab.key} to={tab.to} replace preventScrollReset className={tab.key === current ? 'on' : undefined} aria-current={tab.key === current ? 'page' : undefined}>
          {tab.label}
          {tab.count !== undefined && <i>{tab.count}</i>}
        </Link>
      ))}
    </nav>
  );
}

/** Two or three ways to look, one of them on. */
export function Segmented<K extends string>({ options, value, onChange, label }: { options: readonly { value: K; label: string }[]; value: K; onChange: (value: K) => void; label: string }) {
  return (
    <div className="seg" role="group" aria-label={label}>
      {options.map((option) => (
        <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
          {option.label}
        </button>
      ))}
    </div>
  );
}

/** A filter in a tool row: "Owner  Me and Ines". The system's own picker lies under it. */
export function FilterSelect({ name, label, value, options, onChange, icon }: { /** Drawn before the value; where it is obvious give only `label`. */ name: string; label?: string; value: string; options: readonly { value: string; label: string }[]; onChange: (value: string) => void; icon?: IconName }) {
  const current = options.find((option) => option.value === value)?.label ?? value;
  return (
    <label className="sel">
      {icon && <Icon name={icon} size={14} />}
      {name && <span>{name}</span>} {current}
      <Icon name="down" size={14} />
      <select aria-label={label ?? name} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}
