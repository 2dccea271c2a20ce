import type { ReactNode } from 'react';

/** One figure of a row of figures. */
export interface Stat {
  key: string;
  label: ReactNode;
  value: ReactNode;
  /** A Delta. */
  delta?: ReactNode;
  /** "from €942.10": what the change is measured against. */
  from?: ReactNode;
}

/** Figures that share one card. With onPick one of them drives the chart below and is underlined. */
export function StatRow({ stats, picked, onPick, chart, tall }: { stats: Stat[]; picked?: string; onPick?: (key: string) => void; /** A chart follows in the same card. */ chart?: boolean; /** Two by two on the phone, for four tiles. */ tall?: boolean }) {
  return (
    <div className={`stats ${chart ? 'chart' : ''} ${tall ? 'tall' : ''}`.replace(/\s+/g, ' ').trim()}>
      {stats.map((stat) => {
        const inside = (
          <>
            <span className="lab">{stat.label}</span>
            <span className="val blk">{stat.value}</span>
            {(stat.delta || stat.from) && (
              <span className="cmp">
                {stat.delta}
                {stat.from && <span>{stat.from}</span>}
              </span>
            )}
          </>
        );
        const on = picked === stat.key;
        return onPick ? (
          <button key={stat.key} type="button" className={on ? 'stat on' : 'stat'} aria-pressed={on} onClick={() => onPick(stat.key)}>
            {inside}
          </button>
        ) : (
          <div key={stat.key} className={on ? 'stat on' : 'stat'}>
            {inside}
          </div>
        );
      })}
    </div>
  );
}
