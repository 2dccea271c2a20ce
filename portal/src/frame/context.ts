import { createContext, useContext } from 'react';
import type { Hat, Viewer } from './hats';

interface Frame {
  viewer: Viewer;
  hat: Hat;
}

/** Who is signed in and which hat they wear. Set by the frame around every page but the public ones. */
export const FrameContext = createContext<Frame | null>(null);

/** Viewer and hat of the page. */
export function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error('useFrame needs the frame around it: public pages have none');
  return frame;
}

/** The signed-in person. */
export const useViewer = (): Viewer => useFrame().viewer;

/** The brand of a brand or finance page. */
export function useBrand(): { id: string; slug: string; name: string } {
  const { hat } = useFrame();
  if (!hat.brand) throw new Error('useBrand needs a brand or finance page');
  return hat.brand;
}
