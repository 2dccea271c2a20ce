import type { Api } from './api';
import { deliver } from './shop';

/** What the demo's shop of Lumen Skin signs with. */
export const DEMO_SHOP_SECRET = 'demo-shop-secret';

/** The address that the only shop of a brand sends its webhooks to. */
export async function shopOf(api: Api, brandId: string): Promise<{ id: string; url: string; secret: string }> {
  const { integrations } = await api.ask<{ integrations: { nodes: { id: string; webhookUrl: string }[] } }>('query ($brandId: ID!) { integrations(brandId: $brandId, first: 1) { nodes { id webhookUrl } } }', { brandId });
  const [shop] = integrations.nodes;
  if (!shop) throw new Error('the brand has no shop');
  return { id: shop.id, url: `${api.url}${new URL(shop.webhookUrl).pathname}`, secret: DEMO_SHOP_SECRET };
}

/** A refund as Shopify tells it, of an order that may be known. */
export const refundOf = (order: number): string =>
  JSON.stringify({ id: order + 7, order_id: order, created_at: new Date().toISOString(), note: 'too big', refund_line_items: [], transactions: [{ kind: 'refund', status: 'success', amount: '12.00', currency: 'EUR' }], order_adjustments: [] });

/** An order as Shopify tells it. */
export function orderOf(id: number): string {
  const now = new Date().toISOString();
  return JSON.stringify({
    id, name: `#${id % 100_000}`, created_at: now, updated_at: now, processed_at: now, financial_status: 'paid', currency: 'EUR', total_price: '50.00', total_tax: '0.00', total_discounts: '0.00',
    email: `shopper${id}@shoppers.test`, line_items: [{ id: id + 1, product_id: 77, name: 'Barrier Serum', quantity: 1, price: '50.00', total_discount: '0.00' }],
  });
}

/** A file of orders in columns of one's own, some of which are wrong. */
export function fileOf(good: number, bad: readonly string[] = []): string {
  const at = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
  const rows = Array.from({ length: good }, (_, index) => `fair-${index},#F${index},${at(index + 1)},EUR,119.00,100.00,ada${index}@shoppers.test`);
  return ['order_id,name,placed_at,currency,total,net,customer_email', ...rows, ...bad].join('\n') + '\n';
}

const IMPORT = 'mutation ($input: ImportOrdersInput!) { importOrders(input: $input) { import { id } userErrors { field message } } }';

/** Something to look at in all that comes in: deliveries in every state, a file with mistakes, one that came in part, and a chargeback. */
export async function comesIn(api: Api, brandId: string, orderId: string): Promise<{ deliveries: string[]; imports: string[] }> {
  const shop = await shopOf(api, brandId);
  for (const [topic, body] of [['orders/paid', orderOf(7_100_000_000_010)], ['refunds/create', refundOf(7_100_000_000_990)], ['orders/updated', '{"id": "x"'], ['products/update', '{"id": 1}']] as const) await deliver(shop, topic, body);
  const send = (fileName: string, part: string, more = false) => api.change<{ import: { id: string } }>('importOrders', IMPORT, { brandId, fileName, part, more });
  const checked = await send('spring-fair.csv', fileOf(240, ['fair-x,#FX,2026-02-30,EUR,10.00,10.00,', 'fair-y,#FY,2026-03-01,EUR,=1+1,10.00,', 'fair-z,#FZ,2026-03-01,,10.00,10.00,']));
  const part = await send('history-2025.csv', fileOf(3), true);
  await api.change('recordChargeback', 'mutation ($input: RecordChargebackInput!) { recordChargeback(input: $input) { userErrors { field message } } }', { orderId, externalId: 'dp_1NcaseOfTheBank', stage: 'OPENED', reason: 'The customer does not know the charge' });
  const { inboundDeliveries } = await api.ask<{ inboundDeliveries: { nodes: { id: string }[] } }>('query ($brandId: ID!) { inboundDeliveries(brandId: $brandId, first: 10) { nodes { id } } }', { brandId });
  return { deliveries: inboundDeliveries.nodes.map(({ id }) => id), imports: [checked.import.id, part.import.id] };
}

interface Earned {
  commissions: { nodes: { creator: { name: string }; order: { externalId: string; store: string; placedAt: string; total: { amount: string; currencyCode: string }; lines: { kind: string; name: string; quantity: number; net: { amount: string } }[] } | null }[] };
}

/** A sale that is paid already and would be another creator's now: the shop tells it again with another code. Each call takes another one: what was told again has lines of nothing. */
export async function wantsASecondLook(api: Api, brandId: string, code = 'MAYA15', creator = 'Maya Okafor'): Promise<string> {
  const { commissions } = await api.ask<Earned>('query ($brandId: ID!) { commissions(brandId: $brandId, status: PAID, first: 50) { nodes { creator { name } order { externalId store placedAt total { amount currencyCode } lines { kind name quantity net { amount } } } } } }', { brandId });
  const order = commissions.nodes.find((entry) => entry.creator.name !== creator && entry.order?.lines.every((line) => line.kind === 'PRODUCT' && line.quantity > 0))?.order;
  if (!order) throw new Error('the demo has no paid sale');
  await api.change('recordOrder', 'mutation ($input: RecordOrderInput!) { recordOrder(input: $input) { userErrors { field message } } }', {
    brandId, store: order.store, externalId: order.externalId, placedAt: order.placedAt, currencyCode: order.total.currencyCode, total: order.total.amount, codes: [code],
    lines: order.lines.map((line, index) => ({ externalId: `${index + 1}`, name: line.name, quantity: line.quantity, net: line.net.amount })),
  });
  const { attributionSuggestions } = await api.ask<{ attributionSuggestions: { nodes: { id: string }[] } }>('query ($brandId: ID!) { attributionSuggestions(brandId: $brandId, status: OPEN, first: 1) { nodes { id } } }', { brandId });
  const [found] = attributionSuggestions.nodes;
  if (!found) throw new Error('nothing is suggested');
  return found.id;
}

/** Gives somebody who works for a brand other roles there. */
export async function becomes(api: Api, brandId: string, email: string, roles: readonly string[]): Promise<void> {
  const { node } = await api.ask<{ node: { members: { nodes: { id: string; user: { email: string } }[] } } }>('query ($id: ID!) { node(id: $id) { ... on Brand { members(first: 50) { nodes { id user { email } } } } } }', { id: brandId });
  const member = node.members.nodes.find(({ user }) => user.email === email);
  if (!member) throw new Error(`${email} does not work for the brand`);
  await api.change('updateMember', 'mutation ($input: UpdateMemberInput!) { updateMember(input: $input) { userErrors { field message } } }', { membershipId: member.id, roles });
}
