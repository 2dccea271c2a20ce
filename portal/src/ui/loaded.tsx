import type { ReactNode } from 'react';
import type { CombinedError } from 'urql';
import { Button } from './button';
import { formatNumber, plural } from '@/lib/format';
import { ErrorState } from './trouble';

/** Shows the skeleton until there is data, the error in words when there is none, and else the content. */
export function Loaded<T>({ data, error, again, skeleton, children }: { data: T | null | undefined; error?: CombinedError; again: () => void; skeleton: ReactNode; children: (data: T) => ReactNode }) {
  if (data != null) return children(data);
  if (error) return <ErrorState error={error} onRetry={again} />;
  return skeleton;
}

/** The foot of a list: how many of how many, and the next page. */
export function MoreRows({ shown, total, one, many, more, busy }: { shown: number; total?: number | null; one: string; many: string; more: (() => void) | null; busy?: boolean }) {
  return (
    <>
      <span className="n">{total != null && total > shown ? `${formatNumber(shown)} of ${plural(total, one, many)}` : `${more && total == null ? 'First ' : ''}${plural(shown, one, many)}`}</span>
      {more && (
        <Button small kind="quiet" busy={busy} onClick={more}>
          Show more
        </Button>
      )}
    </>
  );
}
