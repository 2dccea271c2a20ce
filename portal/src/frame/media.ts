import { useSyncExternalStore } from 'react';

/** Below this the rail is icons only, px. */
export const RAIL_QUERY = '(max-width: 1199px)';
/** The phone. */
export const PHONE_QUERY = '(max-width: 640px)';

/** True while the window answers a media query. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = matchMedia(query);
      list.addEventListener('change', listener);
      return () => list.removeEventListener('change', listener);
    },
    () => matchMedia(query).matches,
    () => false,
  );
}
