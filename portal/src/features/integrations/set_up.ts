import type { IntegrationKind } from '@/gql/graphql';

/** One kind of shop or service: what it is, what is asked for, and how it is set up there. */
export interface KindWords {
  value: IntegrationKind;
  label: string;
  line: string;
  storeLabel: string;
  storeHint: string;
  secretLabel: string;
  secretHint: string;
  steps: readonly string[];
}

/** All kinds, the most usual first. */
export const KINDS: readonly KindWords[] = [
  {
    value: 'SHOPIFY',
    label: 'Shopify',
    line: 'Orders, payments and refunds by webhook',
    storeLabel: 'Domain of the shop',
    storeHint: 'As Shopify knows it: your-shop.myshopify.com',
    secretLabel: 'Signing secret of webhooks',
    secretHint: 'In Shopify under Settings, Notifications, Webhooks, at the foot of the list.',
    steps: [
      'Open Settings, Notifications, Webhooks in Shopify.',
      'Make one webhook each for “Order creation”, “Order payment”, “Order update”, “Order cancellation” and “Refund create”: format JSON, with the address above.',
      'Send a test notification. Its time stands here a moment later.',
    ],
  },
  {
    value: 'WOOCOMMERCE',
    label: 'WooCommerce',
    line: 'Orders and refunds by webhook',
    storeLabel: 'Domain of the shop',
    storeHint: 'For example shop.example',
    secretLabel: 'Secret',
    secretHint: 'Choose a long one, and write the same into each webhook in WooCommerce.',
    steps: [
      'Open WooCommerce, Settings, Advanced, Webhooks.',
      'Make one webhook each for “Order created” and “Order updated”: status active, with the address above and the same secret.',
      'Save. WooCommerce sends a test at once; its time stands here a moment later.',
    ],
  },
  {
    value: 'CHECKOUT',
    label: 'Stripe Checkout',
    line: 'Payments on your own Stripe account',
    storeLabel: 'Name of the shop',
    storeHint: 'As you call it, for example shop.example',
    secretLabel: 'Signing secret of the endpoint',
    secretHint: 'It begins with whsec_ and stands beside the endpoint in Stripe.',
    steps: [
      'Open Developers, Webhooks in Stripe and add an endpoint with the address above.',
      'Choose the events “checkout.session.completed”, “.async_payment_succeeded”, “.async_payment_failed” and “.expired”, “charge.refunded”, all of “charge.dispute”, and “invoice.paid” for subscriptions.',
      'Give each Checkout Session the tid of the visit as client_reference_id, so that the tap is known.',
    ],
  },
  {
    value: 'POSTBACK',
    label: 'A signed call of your own',
    line: 'Any server that can sign a request',
    storeLabel: 'Name of the shop',
    storeHint: 'As you call it, for example shop.example',
    secretLabel: 'Secret that you sign with',
    secretHint: 'At least 8 characters; longer is better. Keep it on your server only.',
    steps: [
      'Send each order as JSON with POST to the address above.',
      'Sign it: the header Tributary-Signature is t=<seconds>,v1=<HMAC-SHA256 of “seconds.body” in hex> with your secret.',
      'Send it again when no answer comes: the same order twice changes nothing.',
    ],
  },
];

/** The words of a kind. */
export const kindOf = (value: IntegrationKind): KindWords => KINDS.find((kind) => kind.value === value) ?? (KINDS[0] as KindWords);
