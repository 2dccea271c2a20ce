import { newClient } from '@/api/client';
import { session } from '@/auth/session';
import type { Hat } from '@/frame/hats';
import type { Found } from '@/frame/palette_sources';
import { graphql } from '@/gql';
import { formatDate } from '@/lib/format';

const FindDocument = graphql(`
  query FindInBrand($brandId: ID!, $typed: String!) {
    orders(brandId: $brandId, search: $typed, first: 5) {
      nodes {
        id
        name
        placedAt
      }
    }
    creators(brandId: $brandId, search: $typed, first: 5) {
      nodes {
        id
        name
        handle
      }
    }
    programs(brandId: $brandId, search: $typed, first: 5) {
      nodes {
        id
        slug
        name
      }
    }
  }
`);

/** Orders, creators and programs of the brand whose names contain what was typed. */
export async function findInBrand(typed: string, hat: Hat): Promise<Found[]> {
  if (!hat.brand) return [];
  const { data } = await newClient(session).query(FindDocument, { brandId: hat.brand.id, typed }).toPromise();
  if (!data) return [];
  const orders = data.orders.nodes.map((order): Found => ({ key: order.id, label: `Order ${order.name}`, detail: formatDate(order.placedAt), icon: 'receipt', to: `${hat.base}/orders/${order.id}` }));
  if (hat.kind === 'finance') return orders;
  return [
    ...data.creators.nodes.map((creator): Found => ({ key: creator.id, label: creator.name, detail: `@${creator.handle}`, icon: 'person', to: `${hat.base}/creators?creator=${creator.id}` })),
    ...data.programs.nodes.map((program): Found => ({ key: program.id, label: program.name, detail: 'Program', icon: 'compass', to: `${hat.base}/programs/${program.slug}` })),
    ...orders,
  ];
}
