import { formatDate } from '@/lib/format';
import { Status, type Tone } from '@/ui/status';
import type { OwnLink } from './links_document';
import { agoWords } from './live';

/** What is to be said of a link besides its figures: whether its destination works, and whether there is anything to buy. */
export function healthWords({ health, outOfStockAt }: Pick<OwnLink, 'health' | 'outOfStockAt'>): { tone: Tone; words: string } | null {
  switch (health.status) {
    case 'FAILING':
      return { tone: 'bad', words: 'The page it leads to does not answer' };
    case 'PARAMETERS_LOST':
      return { tone: 'bad', words: 'The shop loses what ties orders to it' };
    default:
      return outOfStockAt ? { tone: 'wait', words: `Out of stock since ${formatDate(outOfStockAt)}` } : null;
  }
}

/** Whether the destination works, in words, with when that was found. */
export function HealthStatus({ health, now = new Date() }: { health: OwnLink['health']; now?: Date }) {
  const seen = health.checkedAt ? `Looked at ${agoWords(health.checkedAt, now)}.` : undefined;
  const detail = [health.detail, seen].filter(Boolean).join(' ');
  switch (health.status) {
    case 'OK':
      return <Status tone="ok" detail={seen}>It answers and keeps what ties orders to this link</Status>;
    case 'FAILING':
      return <Status tone="bad" detail={detail}>It does not answer, so shoppers find nothing</Status>;
    case 'PARAMETERS_LOST':
      return <Status tone="bad" detail={detail}>It answers, but loses what ties orders to this link</Status>;
    case 'UNKNOWN':
      return <Status tone="quiet" detail={health.checkedAt ? detail : 'New links are looked at within some minutes.'}>{health.checkedAt ? 'The shop does not let programs look' : 'Not looked at yet'}</Status>;
  }
}
