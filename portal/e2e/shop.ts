import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';

const PAGE = readFileSync(resolve(import.meta.dirname, '../snippet/example/page.html'), 'utf8');

/** Sends a body as Shopify does, signed, and gives the answer's status. */
export async function deliver(to: { url: string; secret: string }, topic: string, body: string): Promise<number> {
  const signature = createHmac('sha256', to.secret).update(body).digest('base64');
  const headers = { 'content-type': 'application/json', 'x-shopify-topic': topic, 'x-shopify-webhook-id': randomBytes(8).toString('hex'), 'x-shopify-shop-domain': 'example.myshopify.test', 'x-shopify-hmac-sha256': signature };
  return (await fetch(to.url, { method: 'POST', headers, body })).status;
}

/** An order as the shop has it. */
export interface ShopOrder {
  id: number;
  token: string;
  /** What was written to the cart. */
  attributes: Record<string, string>;
  /** The address that the customer arrived at. */
  landing: string;
  /** Paid with a test payment. */
  test?: boolean;
}

/** A cart of one browser. */
interface Cart {
  attributes: Record<string, string>;
  landing: string;
}

const TITLES: Record<string, string> = { '/': 'Welcome to the shop', '/products/serum': 'Serum', '/cart': 'Your cart', '/thanks': 'Thank you' };

/**
 * A small shop on a port of its own: another site than the server. It has a
 * cart, a checkout and signed webhooks as Shopify has them, and nothing of a
 * shop beside.
 */
export class Shop {
  readonly orders: ShopOrder[] = [];
  private readonly carts = new Map<string, Cart>();
  private webhooks = { url: '', secret: '' };
  private lastId = 7_000_000_000_000;

  private constructor(
    private readonly http: Server,
    private readonly server: string,
    private readonly brand: string,
    /** Without a slash at the end. */
    readonly url: string,
    private readonly consent: () => string,
  ) {}

  /** Opens a shop of a brand. `consent` says whether its visitors are asked. */
  static async open(options: { server: string; brand: string; consent: () => 'implied' | 'required' }): Promise<Shop> {
    const http = createServer();
    await new Promise<void>((ready) => http.listen(0, '127.0.0.1', ready));
    const shop = new Shop(http, options.server, options.brand, `http://localhost:${(http.address() as AddressInfo).port}`, options.consent);
    http.on('request', (request, response) => void shop.answer(request, response));
    return shop;
  }

  close(): Promise<void> {
    this.http.closeAllConnections();
    return new Promise((done) => this.http.close(() => done()));
  }

  /** Where the shop tells of its orders, and what it signs with. */
  connect(url: string, secret: string): void {
    this.webhooks = { url, secret };
  }

  /** Tells of an order as Shopify does and gives the answer's status. */
  async tell(order: ShopOrder): Promise<number> {
    const now = new Date().toISOString();
    const body = JSON.stringify({
      id: order.id, name: `#${order.id % 100_000}`, created_at: now, updated_at: now, processed_at: now, financial_status: 'paid', currency: 'EUR',
      total_price: '50.00', total_tax: '0.00', total_discounts: '0.00', email: `shopper${order.id}@shoppers.test`, checkout_token: order.token, landing_site: order.landing,
      note_attributes: Object.entries(order.attributes).map(([name, value]) => ({ name, value })),
      line_items: [{ id: order.id + 1, product_id: 77, name: 'Serum', quantity: 1, price: '50.00', total_discount: '0.00' }],
      test: order.test ?? false,
    });
    return deliver(this.webhooks, 'orders/paid', body);
  }

  /** Tells of the refund of a whole order as Shopify does and gives the answer's status. */
  async refund(order: ShopOrder): Promise<number> {
    const body = JSON.stringify({
      id: order.id + 2, order_id: order.id, created_at: new Date().toISOString(),
      refund_line_items: [{ id: order.id + 3, line_item_id: order.id + 1, quantity: 1, subtotal: '50.00', total_tax: '0.00' }],
      transactions: [{ kind: 'refund', status: 'success', amount: '50.00', currency: 'EUR' }],
    });
    return deliver(this.webhooks, 'refunds/create', body);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const cart = this.cartOf(request, response, url);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    switch (`${request.method ?? ''} ${url.pathname}`) {
      case 'POST /cart/update.js':
        Object.assign(cart.attributes, (JSON.parse(body) as Cart).attributes);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(cart));
        return;
      case 'POST /cart/add':
        response.writeHead(303, { location: '/cart' }).end();
        return;
      case 'POST /checkout':
        this.orders.push({ id: (this.lastId += 10), token: randomBytes(16).toString('hex'), attributes: { ...cart.attributes }, landing: cart.landing });
        response.writeHead(303, { location: '/thanks' }).end();
        return;
      default:
        this.page(url.pathname, response);
    }
  }

  private page(path: string, response: ServerResponse): void {
    const title = TITLES[path];
    const order = this.orders.at(-1);
    const shopify = path === '/thanks' && order ? { checkout: { token: order.token, order_id: order.id } } : { routes: { root: '/' } };
    const filled = { server: this.server, brand: this.brand, consent: this.consent(), title: title ?? 'Not here', shopify: JSON.stringify(shopify) };
    response.writeHead(title ? 200 : 404, { 'content-type': 'text/html; charset=utf-8' });
    response.end(Object.entries(filled).reduce((page, [name, value]) => page.replaceAll(`{{${name}}}`, value), PAGE));
  }

  /** The cart of a browser; who comes for the first time gets one. */
  private cartOf(request: IncomingMessage, response: ServerResponse, url: URL): Cart {
    const known = /(?:^|; )cart=(\w+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
    let cart = this.carts.get(known);
    if (!cart) {
      const name = randomBytes(8).toString('hex');
      cart = { attributes: {}, landing: url.pathname + url.search };
      this.carts.set(name, cart);
      response.setHeader('set-cookie', `cart=${name}; Path=/; HttpOnly`);
    }
    return cart;
  }
}
