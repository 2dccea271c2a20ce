import { useEffect, useRef, useState, type ButtonHTMLAttributes, type ReactNode } from 'react';
import { Link } from 'react-router';
import { Icon, type IconName } from './icon';

/** primary: the one thing to do on a page. quiet: words only. danger: takes something away. */
export type ButtonKind = 'plain' | 'primary' | 'quiet' | 'danger';

interface Looks {
  kind?: ButtonKind;
  /** 32 px instead of 36, for rows and cards. */
  small?: boolean;
  /** As wide as its box. */
  wide?: boolean;
  icon?: IconName;
  iconAfter?: IconName;
  children: ReactNode;
}

interface ButtonProps extends Looks, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'> {
  /** Shows that the work is going on and takes no second click. */
  busy?: boolean;
}

const KIND_CLASS: Record<ButtonKind, string> = { plain: '', primary: 'p', quiet: 'q', danger: 'danger' };

function looks({ kind = 'plain', small, wide }: Looks, extra = ''): string {
  return ['btn', KIND_CLASS[kind], small ? 's' : '', wide ? 'w' : '', extra].filter(Boolean).join(' ');
}

function Inside({ icon, iconAfter, small, children }: Looks) {
  const size = small ? 14 : 16;
  return (
    <>
      {icon && <Icon name={icon} size={size} />}
      {children}
      {iconAfter && <Icon name={iconAfter} size={size} />}
    </>
  );
}

/** A button that does something here. */
export function Button({ kind, small, wide, icon, iconAfter, busy, children, className, onClick, type = 'button', ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={looks({ kind, small, wide, children }, className)}
      aria-busy={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {busy ? <span className="spin" aria-hidden="true" /> : icon ? <Icon name={icon} size={small ? 14 : 16} /> : null}
      {children}
      {iconAfter && <Icon name={iconAfter} size={small ? 14 : 16} />}
    </button>
  );
}

/** A link that looks like a button: it goes somewhere, inside the portal or (href) outside. */
export function ButtonLink({ to, href, ...props }: Looks & ({ to: string; href?: undefined } | { href: string; to?: undefined })) {
  const className = looks(props);
  if (href !== undefined) {
    return (
      <a className={className} href={href}>
        <Inside {...props} />
      </a>
    );
  }
  return (
    <Link className={className} to={to}>
      <Inside {...props} />
    </Link>
  );
}

/** A button of one icon; its words are for screen readers and the tooltip. */
export function IconButton({
  icon,
  label,
  on,
  ...rest
}: { icon: IconName; label: string; on?: boolean } & Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'children'>) {
  return (
    <button type="button" {...rest} className={`ib ${on ? 'on' : ''} ${rest.className ?? ''}`.trim()} aria-label={label} title={label} aria-pressed={on}>
      <Icon name={icon} />
    </button>
  );
}

/** How long "Copied" stands, in milliseconds. */
const COPIED_MS = 1600;

/** Copies a text in one tap and says so in place. */
export function CopyButton({ text, label, words }: { text: string; /** What is copied: "Copy the link". */ label: string; /** Shows words beside the icon. */ words?: string }) {
  const [copied, setCopied] = useState(false);
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);

  async function copy() {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // No clipboard (plain http, old browser): select a hidden field and let the browser copy it.
      const field = document.createElement('textarea');
      field.value = text;
      field.setAttribute('readonly', '');
      field.className = 'vh';
      document.body.append(field);
      field.select();
      document.execCommand('copy');
      field.remove();
    }
    setCopied(true);
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setCopied(false), COPIED_MS);
  }

  const said = (
    <span className="vh" role="status">
      {copied ? 'Copied' : ''}
    </span>
  );
  if (words !== undefined) {
    return (
      <button type="button" className="btn s" aria-label={label} onClick={() => void copy()}>
        <Icon name={copied ? 'check' : 'copy'} size={14} />
        {copied ? 'Copied' : words}
        {said}
      </button>
    );
  }
  return (
    <button type="button" className={copied ? 'ib on' : 'ib'} aria-label={label} title={label} onClick={() => void copy()}>
      <Icon name={copied ? 'check' : 'copy'} />
      {said}
    </button>
  );
}
