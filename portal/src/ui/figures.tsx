import type { ReactNode } from 'react';
import { formatDate, formatDateTime, formatMoney, formatPercent, formatRelative, type DateShape, type Money, type MoneyOptions } from '@/lib/format';

/** An amount with its currency, in tabular figures. */
export function Amount({ value, ...options }: { value: Money } & MoneyOptions) {
  return <span className="n nw">{formatMoney(value, options)}</span>;
}

/** A share given as a ratio. */
export function Percent({ value, digits }: { value: number; digits?: number }) {
  return <span className="n nw">{formatPercent(value, { digits })}</span>;
}

/** A day, or a day with its time; the machine-readable value goes with it. */
export function When({ at, shape = 'day', time, relative }: { at: string; shape?: DateShape; time?: boolean; relative?: boolean }) {
  const words = relative ? formatRelative(at) : time ? formatDateTime(at, shape) : formatDate(at, shape);
  return (
    <time className="n nw" dateTime={at} title={formatDateTime(at, 'weekday')}>
      {words}
    </time>
  );
}

/** Name and value pairs, the values at the right. */
export function Facts({ items }: { items: { name: ReactNode; value: ReactNode; /** Draws a line above: for what is left over. */ total?: boolean }[] }) {
  return (
    <dl className="facts">
      {items.map((item, index) => (
        <div key={index} className={item.total ? 't' : undefined}>
          <dt>{item.name}</dt>
          <dd>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
