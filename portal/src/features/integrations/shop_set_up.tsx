import { useEffect } from 'react';
import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { IntegrationKind } from '@/gql/graphql';
import { BlockSkeleton, CopyButton, Loaded } from '@/ui';
import { credentialWords } from './credentials';
import { SelfCheck } from './self_check';
import { LOOK_EVERY_MS, snippetTag, snippetWords, underWay } from './self_check_words';
import { ShopAccess } from './shop_access';
import { ShopSetUpDocument } from './shop_set_up_document';

/** Changes of these make the set-up stale. */
const FRESH = { additionalTypenames: ['Integration', 'TrackingSelfCheck'], requestPolicy: 'cache-and-network' as const };

/** What is left to do for a connected shop: access to its API, the snippet on its pages, and the walk of a test order. */
export function ShopSetUp({ integration }: { integration: { id: string; kind: IntegrationKind } }) {
  const brand = useBrand();
  const may = useMay();
  const [found, read] = useQuery({ query: ShopSetUpDocument, variables: { id: integration.id, brandId: brand.id }, context: FRESH });
  const access = found.data?.node?.__typename === 'Integration' ? found.data.node.shopAccess : undefined;
  const check = found.data?.trackingSelfCheck;
  const again = underWay(access?.state, check);
  useEffect(() => {
    if (!again || found.fetching) return undefined;
    const timer = setTimeout(() => read({ requestPolicy: 'network-only' }), LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [again, found.fetching, found.data, read]);
  const own = found.data?.brand?.domains.find((domain) => domain.tracking)?.host;
  const tag = snippetTag(own ? `https://${own}` : window.location.origin, brand.id);
  return (
    <Loaded data={found.data} error={found.error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={180} />}>
      {() => (
        <ul className="setup">
          {credentialWords(integration.kind) && (
            <li>
              <h3>Codes and webhooks by themselves</h3>
              <ShopAccess integrationId={integration.id} kind={integration.kind} access={access} mayChange={may('manageIntegrations')} />
            </li>
          )}
          <li>
            <h3>The snippet on the shop’s pages</h3>
            <p className="mut" style={{ marginBottom: 6 }}>{snippetWords(integration.kind)}</p>
            <div className="hook">
              <code>{tag}</code>
              <CopyButton text={tag} label="Copy the snippet" />
            </div>
          </li>
          <li>
            <h3>Self-check</h3>
            <SelfCheck integrationId={integration.id} check={check} mayChange={may('manageIntegrations')} />
          </li>
        </ul>
      )}
    </Loaded>
  );
}
