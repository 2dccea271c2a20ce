/** Where the tid is kept: the name of the cookie and of the entry in the local storage. Shops' servers read the cookie. */
export const KEY = 'tributary_tid';

const FORM = /^clk_[0-9a-hjkmnp-tv-z]{26}$/;
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
/** The letters of a tid that hold when the click was: 48 bits of milliseconds. */
const TIME = { from: 4, to: 14 };
const DAY_MS = 86_400_000;

/** A tid as our links write it, or nothing. */
export function readTid(text: string | null | undefined): string | undefined {
  const tid = text?.trim().toLowerCase();
  return tid && FORM.test(tid) ? tid : undefined;
}

/** When the click of a tid was. */
export function clickedAt(tid: string): number {
  return [...tid.slice(TIME.from, TIME.to)].reduce((sum, letter) => sum * 32 + LETTERS.indexOf(letter), 0);
}

/** How long a tid is kept, and for which hosts. */
export interface Keeping {
  days: number;
  /** A domain whose other hosts read the cookie, too. */
  domain?: string | undefined;
}

/** What is left of a tid's time, in milliseconds; it runs from the click, however often the tid is written. */
export const leftOf = (tid: string, { days }: Keeping): number => clickedAt(tid) + days * DAY_MS - Date.now();

/** Runs what a browser may forbid: storage throws where it is blocked. */
function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** The tid that was kept, where it is not over. */
export function recall(keeping: Keeping): string | undefined {
  const kept = [() => localStorage.getItem(KEY), () => new RegExp(`(?:^|; )${KEY}=([^;]*)`).exec(document.cookie)?.[1]];
  return kept.map((read) => readTid(attempt(read))).find((tid) => tid !== undefined && leftOf(tid, keeping) > 0);
}

function writeCookie(value: string, seconds: number, { domain }: Keeping): void {
  attempt(() => {
    const secure = location.protocol === 'https:' ? ';secure' : '';
    document.cookie = `${KEY}=${value};path=/;max-age=${seconds};samesite=lax${secure}${domain ? `;domain=${domain}` : ''}`;
  });
}

/** Keeps a tid as a cookie of the shop and in its local storage; what is blocked is left out. */
export function keep(tid: string, keeping: Keeping): void {
  attempt(() => localStorage.setItem(KEY, tid));
  writeCookie(tid, Math.floor(leftOf(tid, keeping) / 1000), keeping);
}

/** Forgets whatever was kept. */
export function forget(keeping: Keeping): void {
  attempt(() => localStorage.removeItem(KEY));
  writeCookie('', -1, keeping);
}
