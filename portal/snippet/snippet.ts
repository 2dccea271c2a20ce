import { forget, keep, leftOf, readTid, recall, type Keeping } from './memory';
import { listen, pageEvents, writeCart, writeCartLater } from './shops';

export type EventType = 'PAGE_VIEW' | 'ADD_TO_CART' | 'CHECKOUT' | 'PURCHASE';

/** What an event may say beside its type. */
export interface Details {
  productId?: string | undefined;
  /** The checkout's token; with at least 16 letters it proves that the browser was at the checkout. */
  checkoutToken?: string | undefined;
  /** The order's number or id. */
  orderId?: string | undefined;
}

/** What pages call. Calls before the snippet has come wait in q. */
export interface Tributary {
  (command: 'consent', given: boolean): void;
  (command: 'event', type: EventType, details?: Details): void;
  (command: 'tid', then: (tid: string | undefined) => void): void;
  q?: ArrayLike<unknown>[];
  started?: true;
}

declare global {
  interface Window {
    tributary?: Tributary;
  }
}

interface Told extends Details {
  id: string;
  type: EventType | 'CONSENT_DENIED';
}

/** Events that wait for consent, and events of one message. */
const EVENTS_MAX = 20;
const DAYS_DEFAULT = 90;
/** The longest texts that the server takes. */
const TEXTS = { productId: 100, checkoutToken: 200, orderId: 100 } as const;

/** A UUIDv7: the server knows by it an event that it was told before, and when the event was. */
export function newId(): string {
  const random = [...crypto.getRandomValues(new Uint8Array(10))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  const time = Date.now().toString(16).padStart(12, '0');
  const variant = (8 + (parseInt(random.charAt(3), 16) % 4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${random.slice(0, 3)}-${variant}${random.slice(4, 7)}-${random.slice(7, 19)}`;
}

function textsOf(details: Details): Details {
  const out: Details = {};
  for (const [name, most] of Object.entries(TEXTS) as [keyof Details, number][]) {
    const text = details[name];
    if (text !== undefined) out[name] = String(text).slice(0, most);
  }
  return out;
}

/** Runs something once the page is there and a person looks at it; browsers prepare some pages ahead. */
function whenSeen(work: () => void): void {
  const page = document as Document & { prerendering?: boolean };
  if (page.prerendering) page.addEventListener('prerenderingchange', () => whenSeen(work), { once: true });
  else if (page.readyState === 'loading') page.addEventListener('DOMContentLoaded', () => work(), { once: true });
  else work();
}

/**
 * Begins on a page. The tid comes from the page's address, else from what was
 * kept. Where the shop asks for consent, nothing is kept and nothing is told
 * before it is given; what happens until then waits on the page. A tid that is
 * kept says that consent was given before. Visitors who came by no link are
 * left alone.
 */
export function start(script: HTMLScriptElement): void {
  const { brand, consent, days, domain } = script.dataset;
  if (!brand || window.tributary?.started) return;
  const address = new URL('/t/events', script.src).href;
  const keeping: Keeping = { days: Number(days) || DAYS_DEFAULT, domain };
  const kept = recall(keeping);
  const arrived = readTid(new URLSearchParams(location.search).get('tid'));
  const tid = arrived && leftOf(arrived, keeping) > 0 ? arrived : kept;
  let allowed = consent === 'required' && !kept ? undefined : true;
  let seen = false;
  let waiting: Told[] = [];

  const send = (events: Told[]) => {
    const body = JSON.stringify({ brand, tid, events });
    if (navigator.sendBeacon?.(address, body)) return;
    void fetch(address, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => undefined);
  };

  /** Keeps the tid and sends what waits, as far as it is allowed. */
  const go = () => {
    if (!tid || !allowed) return;
    keep(tid, keeping);
    if (seen && (arrived || /\/cart\b/.test(location.pathname))) writeCart(tid);
    if (waiting.length > 0) send(waiting.splice(0));
  };

  const tell = (type: EventType, details: Details = {}) => {
    if (!tid || allowed === false) return;
    waiting = [...waiting, { id: newId(), type, ...textsOf(details) }].slice(-EVENTS_MAX);
    if (!allowed) return;
    send(waiting.splice(0));
    if (type === 'ADD_TO_CART') writeCartLater(() => allowed && writeCart(tid));
  };

  const setConsent = (given: boolean) => {
    if (given === allowed) return;
    const before = allowed;
    allowed = given;
    if (given) {
      go();
      return;
    }
    waiting = [];
    forget(keeping);
    if (!tid) return;
    if (before) writeCart('');
    // The shop may know the tid from the address; what was refused must not earn anybody anything.
    send([{ id: newId(), type: 'CONSENT_DENIED' }]);
  };

  const early = window.tributary?.q ?? [];
  const tributary = ((command: string, first: unknown, second?: unknown) => {
    try {
      if (command === 'consent') setConsent(first === true);
      else if (command === 'event') tell(first as EventType, second as Details | undefined);
      else if (command === 'tid') (first as (tid: string | undefined) => void)(allowed ? tid : undefined);
    } catch {
      // A shop must never notice us.
    }
  }) as Tributary;
  tributary.started = true;
  window.tributary = tributary;

  for (const call of early) tributary(...(Array.from(call) as Parameters<Tributary>));
  go();
  whenSeen(() => {
    seen = true;
    go();
    tributary('event', 'PAGE_VIEW');
    for (const [type, details] of pageEvents()) tributary('event', type, details);
    listen((type, details) => tributary('event', type, details));
  });
}
