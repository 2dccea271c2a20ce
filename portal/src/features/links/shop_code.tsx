import { useEffect } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { graphql } from '@/gql';
import type { CodeShopState } from '@/gql/graphql';
import { Status, type Tone } from '@/ui/status';
import { toast } from '@/ui/toast';
import type { Side } from './create_link';
import type { OwnCode } from './links_document';

const CodeInShopsDocument = graphql(`
  query CodeInShops($id: ID!) {
    node(id: $id) {
      id
      ... on Code {
        shopState
        shops {
          kind
          store
          state
          reason
        }
      }
    }
  }
`);

const RetryShopCodeDocument = graphql(`
  mutation RetryShopCode($input: RetryShopCodeInput!) {
    retryShopCode(input: $input) {
      code {
        id
        shopState
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** How often a code that is being made is looked at, milliseconds. */
const LOOK_EVERY_MS = 3000;

/** How a code stands in the shops, and what is known of each. */
export type InShops = Pick<OwnCode, 'shopState' | 'shops'>;

/** How a code stands in the brand's shops, in words; nothing where codes are made by hand. */
export function shopWords({ shopState, shops }: InShops, side: Side): { tone: Tone; words: string; detail?: string } | null {
  const named = (state: CodeShopState) => shops.filter((shop) => shop.state === state).map((shop) => shop.store);
  switch (shopState) {
    case 'NOT_CONNECTED':
      return null;
    case 'CREATING':
      return { tone: 'wait', words: shops.some((shop) => shop.state === 'CREATING' && shop.reason) ? 'The shop is asked again soon' : 'Being made in the shop' };
    case 'ACTIVE':
      return { tone: 'ok', words: shops.length === 1 ? 'Works in the shop' : `Works in ${named('ACTIVE').length} shops` };
    case 'DISABLED':
      return { tone: 'quiet', words: 'Switched off in the shop' };
    case 'FAILED':
      return { tone: 'bad', words: side === 'creator' ? 'The shop does not have it yet' : `${named('FAILED').join(', ')} does not have it`, detail: side === 'creator' ? 'Ask the brand before you share it.' : shops.find((shop) => shop.state === 'FAILED' && shop.reason)?.reason };
  }
}

/** How a code stands in the shops. While it is being made, it is looked at again by itself. */
export function ShopCodeLine({ code, side }: { code: OwnCode; side: Side }) {
  const making = code.shopState === 'CREATING';
  const [found, read] = useQuery({ query: CodeInShopsDocument, variables: { id: code.id }, pause: !making, requestPolicy: 'network-only' });
  const seen = making && found.data?.node?.__typename === 'Code' ? found.data.node : code;
  const again = making && seen.shopState === 'CREATING';
  useEffect(() => {
    if (!again || found.fetching) return undefined;
    const timer = setTimeout(() => read({ requestPolicy: 'network-only' }), LOOK_EVERY_MS);
    return () => clearTimeout(timer);
  }, [again, found.fetching, found.data, read]);
  const said = shopWords(seen, side);
  return said ? (
    <span className="sm blk in-shop" role={making ? 'status' : undefined}>
      <Status tone={said.tone} detail={said.detail}>{said.words}</Status>
    </span>
  ) : null;
}

/** Has the shops told of a code once more. */
export function useRetryShopCode(): (code: Pick<OwnCode, 'id' | 'code'>) => void {
  const [, retry] = useMutation(RetryShopCodeDocument);
  return (code) =>
    void retry({ input: { codeId: code.id } }, { additionalTypenames: ['Code', 'Partnership'] })
      .then((answer) => errorsOf(answer, (data) => data.retryShopCode))
      .then((errors) => toast(errors[0]?.message ?? `The shop is being told of ${code.code} again.`))
      .catch((error: unknown) => toast(error instanceof Error ? error.message : 'That did not work. Nothing was changed.'));
}
