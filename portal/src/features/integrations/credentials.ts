import type { IntegrationKind } from '@/gql/graphql';

/** What a sort of shop takes for its API, in words. */
export interface CredentialWords {
  /** WooCommerce has two parts. */
  key?: { label: string; hint: string };
  secret: { label: string; hint: string };
  /** What it needs to be allowed. */
  rights: string;
  /** The signing secret may be left empty: one is made. */
  makesSecret: boolean;
}

const WORDS: Partial<Record<IntegrationKind, CredentialWords>> = {
  SHOPIFY: {
    secret: { label: 'Admin API access token', hint: 'It begins with shpat_. In Shopify: Settings, Apps, Develop apps.' },
    rights: 'It needs the rights read_discounts, write_discounts and read_orders. Webhooks that it makes are signed with the client secret of the same app, so enter that as the signing secret.',
    makesSecret: false,
  },
  WOOCOMMERCE: {
    key: { label: 'Consumer key', hint: 'It begins with ck_. In WooCommerce: Settings, Advanced, REST API.' },
    secret: { label: 'Consumer secret', hint: 'It begins with cs_ and stands beside the key.' },
    rights: 'The key needs the permission Read/Write.',
    makesSecret: true,
  },
  CHECKOUT: {
    secret: { label: 'Restricted key', hint: 'It begins with rk_. In Stripe: Developers, API keys.' },
    rights: 'It is a key of your own Stripe account and needs to write coupons, promotion codes and webhook endpoints.',
    makesSecret: true,
  },
};

/** What a sort of shop takes; nothing for those in which nothing can be made. */
export const credentialWords = (kind: IntegrationKind): CredentialWords | undefined => WORDS[kind];

/** What was typed, as the API takes it; nothing while nothing was. */
export function typedCredentials(kind: IntegrationKind, key: string, secret: string): { key: string | null; secret: string } | null {
  if (!credentialWords(kind) || (key.trim() === '' && secret.trim() === '')) return null;
  return { key: credentialWords(kind)?.key ? key.trim() : null, secret: secret.trim() };
}
