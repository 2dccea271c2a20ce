import { useSyncExternalStore } from 'react';

function watchVisibility(tell: () => void): () => void {
  document.addEventListener('visibilitychange', tell);
  return () => document.removeEventListener('visibilitychange', tell);
}

/** Whether the tab is in the background. */
export const useHidden = () => useSyncExternalStore(watchVisibility, () => document.hidden);
