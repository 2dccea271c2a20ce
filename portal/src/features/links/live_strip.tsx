import { agoWords, activityWords, useLiveClicks, useNow } from './live';

/** A calm line that says which clicks were counted just now. */
export function LiveStrip({ brandId = null, again }: { /** The signed-in creator's own without one. */ brandId?: string | null; /** Reads the page's figures anew. */ again: () => void }) {
  const { last, live, lost } = useLiveClicks(brandId, again);
  const now = useNow();
  const words = last ? activityWords(last, brandId !== null) : lost ? 'New clicks cannot be followed right now. Reload the page to see them.' : live ? 'Live: new clicks show up here as they are counted.' : 'Opening the live view…';
  return (
    <div className={live ? 'live on' : 'live'}>
      <span className="dot" aria-hidden="true" />
      <span className="ell">
        {/* The region stays, so that what changes in it is read out. */}
        <span role="status">
          <span key={last?.at} className={last ? 'b fresh' : 'mut'}>
            {words}
          </span>
        </span>
        {last && <span className="mut n">, {agoWords(last.at, now)}</span>}
      </span>
    </div>
  );
}
