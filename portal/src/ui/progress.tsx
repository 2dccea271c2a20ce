import { formatNumber } from '@/lib/format';
import { Icon, type IconName } from './icon';
import type { Tone } from './status';

/** One part of the whole, in true proportion. */
export interface ProgressPart {
  words: string;
  count: number;
  tone: Tone;
}

const ICON: Record<Tone, IconName> = { ok: 'check', wait: 'clock', bad: 'warning', quiet: 'more' };
const FILL: Record<Tone, string> = { ok: 'ok', wait: 'wait', bad: 'bad', quiet: 'rest' };

/** A bar in true proportions, and the same counts in words below. The first part is what is done. */
export function ProgressBar({ parts, label, note }: { parts: ProgressPart[]; label: string; note?: string }) {
  const total = parts.reduce((sum, part) => sum + part.count, 0);
  const done = parts[0]?.count ?? 0;
  return (
    <div>
      <div className="prog" role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={total} aria-valuenow={done} aria-valuetext={parts.map((part) => `${formatNumber(part.count)} ${part.words}`).join(', ')}>
        {parts.map((part) => (
          <i key={part.words} className={FILL[part.tone]} style={{ width: total === 0 ? 0 : `${(part.count / total) * 100}%` }} />
        ))}
      </div>
      <div className="key">
        {parts.map((part) => (
          <span key={part.words}>
            <i className={`st ${part.tone === 'quiet' ? '' : part.tone}`.trim()}>
              <Icon name={ICON[part.tone]} size={14} />
            </i>
            <b>{formatNumber(part.count)}</b> {part.words}
          </span>
        ))}
        {note && <span className="dim" style={{ marginLeft: 'auto' }}>{note}</span>}
      </div>
    </div>
  );
}
