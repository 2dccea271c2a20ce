import type { Role } from '@/gql/graphql';
import type { HatKind } from './pages';

/** One hat of a person: who they are here, and where its pages are. */
export interface Hat {
  kind: HatKind;
  /** The person's own name, or the brand's. */
  name: string;
  /** "Creator", "Brand manager", "Finance", "Administration". */
  role: string;
  /** /creator, /b/lumen-skin, /b/lumen-skin/finance, /admin. */
  base: string;
  /** The brand's slug and id, for brand and finance. */
  brand?: { id: string; slug: string; name: string };
  /** All roles held in the brand, for brand and finance. */
  roles?: readonly Role[];
}

/** Who is signed in, as the frame and every page need it. */
export interface Viewer {
  id: string;
  name: string;
  email: string;
  hats: Hat[];
  /** Stripe is played by the sandbox: the band stands over every page. */
  sandbox: boolean;
  /** SANDBOX, TEST or LIVE. */
  mode: 'SANDBOX' | 'TEST' | 'LIVE';
  /** Sending money asks for a one-time code. */
  sendingNeedsTotp: boolean;
}

const KEY = 'tributary.hat';

/** Keeps which hat was worn last on this device. */
export function rememberHat(hat: Hat): void {
  try {
    localStorage.setItem(KEY, hat.base);
  } catch {
    // Storage is blocked: the first hat is worn next time.
  }
}

/** The hat worn last on this device, or the first. */
export function lastHat(hats: readonly Hat[]): Hat | undefined {
  let base: string | null = null;
  try {
    base = localStorage.getItem(KEY);
  } catch {
    base = null;
  }
  return hats.find((hat) => hat.base === base) ?? hats[0];
}

/** The first name, for greetings. */
export const firstName = (name: string): string => name.trim().split(/\s+/)[0] ?? name;
