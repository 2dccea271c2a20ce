import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { forbidStorage } from './forbidden_storage';
import { KEY } from './memory';
import { newId, start, type Tributary } from './snippet';

/** A click of 3 March 2026, 09:00 UTC, and a later one. */
const TID = 'clk_01kjsesxm0e00000000000000a';
const LATER = 'clk_01kjsesxm0e00000000000000b';
const NOW = Date.UTC(2026, 2, 3, 9, 0, 1);
const BRAND = 'brd_01kjsesxm0e00000000000000a';

interface Sent {
  brand: string;
  tid: string;
  events: { id: string; type: string; productId?: string; checkoutToken?: string; orderId?: string }[];
}

const beacon = vi.fn<(url: string, body: string) => boolean>();
const post = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();
const heard: [string, EventListenerOrEventListenerObject, boolean | AddEventListenerOptions | undefined][] = [];

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
  beacon.mockReset().mockReturnValue(true);
  post.mockReset().mockResolvedValue(new Response());
  vi.stubGlobal('fetch', post);
  Object.defineProperty(navigator, 'sendBeacon', { value: beacon, configurable: true, writable: true });
  const add = document.addEventListener.bind(document);
  vi.spyOn(document, 'addEventListener').mockImplementation((type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions) => {
    heard.push([type, listener, options]);
    add(type, listener, options);
  });
});

afterEach(() => {
  for (const [type, listener, options] of heard.splice(0)) document.removeEventListener(type, listener, options);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
  localStorage.clear();
  document.cookie = `${KEY}=;path=/;max-age=-1`;
  document.body.innerHTML = '';
  document.body.className = '';
  delete window.tributary;
  delete window.Shopify;
});

/** Opens a page of the shop with the snippet on it. */
function open(path: string, data: Record<string, string> = {}): Tributary {
  delete window.tributary?.started;
  for (const [type, listener, options] of heard.splice(0)) document.removeEventListener(type, listener, options);
  history.replaceState(null, '', path);
  const script = document.createElement('script');
  Object.defineProperty(script, 'src', { value: 'https://go.brand.example/t.js' });
  Object.assign(script.dataset, { brand: BRAND, ...data });
  start(script);
  return window.tributary as Tributary;
}

/** What was sent since it was asked last. */
function sent(): Sent[] {
  return beacon.mock.calls.splice(0).map(([url, body]) => {
    expect(url).toBe('https://go.brand.example/t/events');
    return JSON.parse(body) as Sent;
  });
}

const types = () => sent().flatMap((body) => body.events.map((event) => event.type));
const cart = () => post.mock.calls.splice(0).map(([url, init]) => [url, JSON.parse(init.body as string) as unknown]);

describe('an event', () => {
  it('has an id that holds when it was', () => {
    const id = newId();
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(NOW);
    expect(newId()).not.toBe(id);
  });

  it('is told with the brand and the tid, and carries no more than the server takes', () => {
    const tributary = open(`/?utm_source=x&tid=${TID}`);
    const [view] = sent();
    expect(view).toMatchObject({ brand: BRAND, tid: TID, events: [{ type: 'PAGE_VIEW' }] });
    tributary('event', 'PURCHASE', { orderId: 1001 as unknown as string, checkoutToken: 'x'.repeat(300), other: 'y' } as object);
    const [purchase] = sent();
    expect(purchase?.events).toEqual([{ id: expect.any(String) as string, type: 'PURCHASE', orderId: '1001', checkoutToken: 'x'.repeat(200) }]);
  });

  it('goes another way where beacons are refused', () => {
    beacon.mockReturnValue(false);
    open(`/?tid=${TID}`);
    expect(post).toHaveBeenCalledExactlyOnceWith('https://go.brand.example/t/events', expect.objectContaining({ method: 'POST', keepalive: true, credentials: 'omit' }));
  });

  it('of a visitor who came by no link, or long ago, is not told', () => {
    for (const path of ['/', '/?tid=', '/?tid=clk_forged', `/?tid=clk_00${TID.slice(6)}`]) {
      open(path)('event', 'ADD_TO_CART');
      expect(types(), path).toEqual([]);
      expect(localStorage.length + document.cookie.length).toBe(0);
    }
  });
});

describe('with implied consent', () => {
  it('the tid is kept from page to page, and the later one counts', () => {
    open(`/?tid=${TID}`);
    expect([localStorage.getItem(KEY), document.cookie]).toEqual([TID, `${KEY}=${TID}`]);
    open('/products/serum');
    expect(sent().map(({ tid }) => tid)).toEqual([TID, TID]);
    open(`/?tid=${LATER}`);
    open('/cart')('tid', (tid) => expect(tid).toBe(LATER));
    expect(sent().map(({ tid }) => tid)).toEqual([LATER, LATER]);
    vi.setSystemTime(NOW + 91 * 86_400_000);
    open('/');
    expect(types()).toEqual([]);
  });

  it('a visitor who says no is forgotten, and the server hears so once', () => {
    const tributary = open(`/?tid=${TID}`);
    tributary('consent', false);
    tributary('consent', false);
    tributary('event', 'ADD_TO_CART');
    expect(types()).toEqual(['PAGE_VIEW', 'CONSENT_DENIED']);
    expect(localStorage.length + document.cookie.length).toBe(0);
    open('/cart')('consent', false);
    expect(types(), 'the next page knows of nothing').toEqual([]);
  });

  it('works where storage throws, on the page that has the tid', () => {
    const allow = forbidStorage();
    open(`/?tid=${TID}`)('event', 'ADD_TO_CART');
    expect(types()).toEqual(['PAGE_VIEW', 'ADD_TO_CART']);
    allow();
  });
});

describe('where consent is required', () => {
  const required = { consent: 'required' };

  it('nothing is kept or told before it is given; then what waited is told at once', () => {
    const tributary = open(`/?tid=${TID}`, required);
    tributary('event', 'ADD_TO_CART', { productId: 'serum' });
    tributary('tid', (tid) => expect(tid).toBeUndefined());
    expect(types()).toEqual([]);
    expect(localStorage.length + document.cookie.length).toBe(0);
    tributary('consent', true);
    const bodies = sent();
    expect(bodies).toHaveLength(1);
    expect(bodies[0]?.events.map(({ type }) => type)).toEqual(['PAGE_VIEW', 'ADD_TO_CART']);
    expect(localStorage.getItem(KEY)).toBe(TID);
    tributary('tid', (tid) => expect(tid).toBe(TID));
    open('/cart', required);
    expect(types(), 'it was given on an earlier page').toEqual(['PAGE_VIEW']);
  });

  it('who says no is not told of, and who says yes afterwards is', () => {
    const tributary = open(`/?tid=${TID}`, required);
    tributary('consent', false);
    tributary('event', 'CHECKOUT');
    expect(types()).toEqual(['CONSENT_DENIED']);
    tributary('consent', true);
    tributary('event', 'CHECKOUT');
    expect(types()).toEqual(['CHECKOUT']);
    expect(localStorage.getItem(KEY)).toBe(TID);
  });

  it('no more than twenty events wait', () => {
    const tributary = open(`/?tid=${TID}`, required);
    for (let i = 0; i < 30; i += 1) tributary('event', 'ADD_TO_CART', { productId: String(i) });
    tributary('consent', true);
    const [body] = sent();
    expect(body?.events).toHaveLength(20);
    expect(body?.events.at(-1)?.productId).toBe('29');
  });
});

describe('calls that came before the snippet', () => {
  it('are answered in their order, and consent comes before anything is kept', () => {
    const q: unknown[][] = [['consent', false], ['event', 'PURCHASE', { orderId: '1' }]];
    window.tributary = Object.assign(() => undefined, { q }) as unknown as Tributary;
    open(`/?tid=${TID}`);
    expect(types()).toEqual(['CONSENT_DENIED']);
    expect(localStorage.length + document.cookie.length).toBe(0);
  });

  it('never break a page', () => {
    const tributary = open(`/?tid=${TID}`);
    (tributary as (command: string, argument?: unknown) => void)('tid', 'no function');
    (tributary as (command: string) => void)('unknown');
    beacon.mockImplementation(() => { throw new Error('blocked'); });
    tributary('event', 'CHECKOUT');
    start(Object.assign(document.createElement('script'), {}));
    expect(window.tributary).toBe(tributary);
  });
});

describe('on a page that is prepared ahead', () => {
  it('nothing is seen until the visitor is there', () => {
    Object.defineProperty(document, 'prerendering', { value: true, configurable: true });
    open(`/?tid=${TID}`);
    expect(types()).toEqual([]);
    Object.defineProperty(document, 'prerendering', { value: false, configurable: true });
    document.dispatchEvent(new Event('prerenderingchange'));
    expect(types()).toEqual(['PAGE_VIEW']);
    Reflect.deleteProperty(document, 'prerendering');
  });
});

describe('in a Shopify shop', () => {
  const written = (root = '/') => [`${root}cart/update.js`, { attributes: { [KEY]: TID } }];

  it('the cart gets the tid where a visitor arrives and after articles went in, when the cart is at rest', () => {
    window.Shopify = { routes: { root: '/de/' } };
    open(`/de?tid=${TID}`);
    expect(cart()).toEqual([written('/de/')]);
    open('/de/products/serum');
    expect(cart()).toEqual([]);
    document.body.innerHTML = '<form action="/de/cart/add"><input name="product-id" value="77"><button>Add</button></form>';
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    document.dispatchEvent(new Event('wc-blocks_added_to_cart'));
    const events = sent().flatMap((body) => body.events);
    expect(events.at(-1)).toMatchObject({ type: 'ADD_TO_CART', productId: '77' });
    expect(events.filter(({ type }) => type === 'ADD_TO_CART')).toHaveLength(1);
    expect(cart()).toEqual([]);
    vi.advanceTimersByTime(3_000);
    expect(cart()).toEqual([written('/de/')]);
    open('/de/cart');
    expect(cart()).toEqual([written('/de/')]);
  });

  it('the cart gets nothing before consent, and loses the tid with it', () => {
    window.Shopify = {};
    const tributary = open(`/?tid=${TID}`, { consent: 'required' });
    expect(cart()).toEqual([]);
    tributary('consent', true);
    expect(cart()).toEqual([written()]);
    tributary('consent', false);
    expect(cart()).toEqual([['/cart/update.js', { attributes: { [KEY]: '' } }]]);
  });

  it('checkouts are heard of, and the page that thanks says which it was', () => {
    window.Shopify = {};
    open(`/cart?tid=${TID}`);
    document.body.innerHTML = '<button name="checkout"><span>Check out</span></button><a href="/pages/about">About</a>';
    document.querySelector<HTMLElement>('span')?.click();
    document.querySelector('a')?.dispatchEvent(new Event('click', { bubbles: true }));
    expect(types()).toEqual(['PAGE_VIEW', 'CHECKOUT']);
    window.Shopify = { checkout: { token: 'c1-0123456789abcdef', order_id: 5_551_234_567_890 } };
    open('/12345/orders/abcdef');
    expect(sent().flatMap((body) => body.events)).toMatchObject([{ type: 'PAGE_VIEW' }, { type: 'PURCHASE', checkoutToken: 'c1-0123456789abcdef', orderId: '5551234567890' }]);
  });
});

describe('in a WooCommerce shop', () => {
  it('carts, the checkout and the order with its key are told', () => {
    open(`/shop?tid=${TID}`);
    document.body.innerHTML = '<a class="button add_to_cart_button ajax_add_to_cart" data-product_id="93">Add</a><form class="cart" method="post"><button name="add-to-cart" value="94">Add</button></form>';
    document.querySelector('a')?.dispatchEvent(new Event('click', { bubbles: true }));
    vi.advanceTimersByTime(2_000);
    document.querySelector('form')?.dispatchEvent(new Event('submit', { bubbles: true, cancelable: true }));
    expect(sent().flatMap((body) => body.events)).toMatchObject([{ type: 'PAGE_VIEW' }, { type: 'ADD_TO_CART', productId: '93' }, { type: 'ADD_TO_CART', productId: '94' }]);
    document.body.className = 'woocommerce-checkout woocommerce-page';
    open('/checkout/');
    expect(types()).toEqual(['PAGE_VIEW', 'CHECKOUT']);
    open('/checkout/order-received/981/?key=wc_order_aB3dE5gH7jK9m');
    expect(sent().flatMap((body) => body.events)).toMatchObject([{ type: 'PAGE_VIEW' }, { type: 'PURCHASE', checkoutToken: 'wc_order_aB3dE5gH7jK9m', orderId: '981' }]);
    expect(post).not.toHaveBeenCalled();
  });
});
