import { KEY } from './memory';
import type { Details, EventType } from './snippet';

interface ShopifyPage {
  routes?: { root?: string };
  /** On pages that thank for an order, where the shop still has them. */
  checkout?: { token?: string; order_id?: number | string };
}

declare global {
  interface Window {
    Shopify?: ShopifyPage;
  }
}

/** A cart that is written while an article is on its way into it may be another cart than the article's. */
const CART_PAUSE_MS = 3_000;

/** Writes the tid, or an empty text for none, to Shopify's cart: the order then carries it. Elsewhere it does nothing. */
export function writeCart(tid: string): void {
  if (!window.Shopify) return;
  const body = JSON.stringify({ attributes: { [KEY]: tid } });
  void fetch(`${window.Shopify.routes?.root ?? '/'}cart/update.js`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body }).catch(() => undefined);
}

/** Writes the tid once the cart has been left alone for a while. */
export function writeCartLater(write: () => void): void {
  if (window.Shopify) setTimeout(write, CART_PAUSE_MS);
}

/** What the page itself says that the visitor did, in shops that we know. */
export function pageEvents(): [EventType, Details][] {
  const shopify = window.Shopify?.checkout;
  if (shopify?.order_id) return [['PURCHASE', { checkoutToken: shopify.token, orderId: String(shopify.order_id) }]];
  const woo = /\/order-received\/(\d+)/.exec(location.pathname);
  const key = new URLSearchParams(location.search).get('key');
  if (woo && key) return [['PURCHASE', { checkoutToken: key, orderId: woo[1] }]];
  return document.body.classList.contains('woocommerce-checkout') && !woo ? [['CHECKOUT', {}]] : [];
}

const valueOf = (form: HTMLFormElement, names: string[]) =>
  names.map((name) => (form.elements.namedItem(name) as HTMLInputElement | null)?.value).find(Boolean);

/** Some shops say twice that an article went into the cart: by the click and once it is there. */
const SAME_ARTICLE_MS = 1_000;

/** Hears of carts and checkouts on the pages of Shopify and WooCommerce. */
export function listen(tell: (type: EventType, details: Details) => void): void {
  let last = 0;
  const added = (productId?: string) => {
    if (Date.now() - last > SAME_ARTICLE_MS) tell('ADD_TO_CART', { productId });
    last = Date.now();
  };
  document.addEventListener(
    'submit',
    ({ target }) => {
      if (!(target instanceof HTMLFormElement)) return;
      if (/\/cart\/add/.test(target.action) || target.matches('form.cart')) added(valueOf(target, ['product-id', 'add-to-cart']));
    },
    true,
  );
  document.addEventListener(
    'click',
    ({ target }) => {
      if (!(target instanceof Element)) return;
      const article = target.closest<HTMLElement>('.ajax_add_to_cart');
      if (article) added(article.dataset.product_id);
      if (window.Shopify && target.closest('[name="checkout"],a[href*="/checkout"],.shopify-payment-button button')) tell('CHECKOUT', {});
    },
    true,
  );
  document.addEventListener('wc-blocks_added_to_cart', () => added());
}
