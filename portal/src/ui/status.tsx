import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon';

/** ok: good or done. wait: something must happen first. bad: lost or refused. quiet: over, or not a matter of good and bad. */
export type Tone = 'ok' | 'wait' | 'bad' | 'quiet';

const TONE_ICON: Record<Tone, IconName> = { ok: 'check', wait: 'clock', bad: 'warning', quiet: 'minus' };
const TONE_CLASS: Record<Tone, string> = { ok: 'ok', wait: 'wait', bad: 'bad', quiet: '' };

/** A state: an icon and words, with its consequence below. Never colour alone. */
export function Status({ tone, icon, detail, children }: { tone: Tone; icon?: IconName; /** What follows from it, one line of 12. */ detail?: ReactNode; children: ReactNode }) {
  return (
    <span className={`st ${TONE_CLASS[tone]} ${detail ? 'top' : ''}`.trim()}>
      <Icon name={icon ?? TONE_ICON[tone]} size={14} />
      {detail ? (
        <span>
          <span className="b">{children}</span>
          <span className="sm">{detail}</span>
        </span>
      ) : (
        <span>{children}</span>
      )}
    </span>
  );
}

/** A short tag. States take Status instead. */
export function Chip({ tone = 'quiet', children }: { tone?: Tone; children: ReactNode }) {
  return <span className={`chip ${TONE_CLASS[tone]}`.trim()}>{children}</span>;
}

/** A change: arrow, signed figure. A change without good or bad is neutral. */
export function Delta({ direction, good, children }: { direction: 'up' | 'down' | 'same'; good?: boolean | null; children: ReactNode }) {
  const tone = good == null || direction === 'same' ? 'nt' : good ? 'up' : 'dn';
  return (
    <span className={`dl ${tone}`}>
      {direction !== 'same' && <Icon name={direction === 'up' ? 'arrow-up' : 'arrow-down'} size={12} />}
      <span className="vh">{direction === 'up' ? 'up' : direction === 'down' ? 'down' : 'unchanged'}</span>
      {children}
    </span>
  );
}
