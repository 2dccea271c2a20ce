import { Link } from 'react-router';
import { useQuery } from 'urql';
import { ChangeMark } from '@/figures/change';
import { GroupsDocument } from '@/figures/figures_document';
import { differenceOf, measureOf, wordsOf, type Figures } from '@/figures/measure';
import { before, shiftDay, type Range } from '@/figures/range';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { PostFieldsFragment } from '@/gql/graphql';
import { formatDateTime, formatMoney, formatRange } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { BlockSkeleton, ErrorState, Facts, Icon, Loaded, PanelPerson, SidePanel, Status } from '@/ui';

const PostDocument = graphql(`
  query BrandPost($id: ID!) {
    node(id: $id) {
      id
      ... on Post {
        ...PostFields
      }
    }
  }
`);

/** How many days after a post are held against as many before it. */
const DAYS = 7;
const MOVED = ['clicks', 'orders', 'revenue'] as const;

/** The day of the post and those after it, as far as they have come. */
export function daysAfter(publishedAt: string, today: string): Range {
  const from = publishedAt.slice(0, 10);
  const last = shiftDay(from, DAYS - 1);
  return { from, to: last < today ? last : today };
}

/** Figures of days in which nothing happened. */
function nothingIn(currencyCode: string): Figures {
  const zero = { amount: '0.00', currencyCode };
  return { clicks: 0, orders: 0, newCustomers: 0, revenue: zero, refunds: zero, commission: zero };
}

/** One post: where it is, whether it is marked, and what its link did before and after. */
export function BrandPostPanel({ id, known, onClose }: { id: string; known: PostFieldsFragment | undefined; onClose: () => void }) {
  const { hat } = useFrame();
  const [{ data, error }, read] = useQuery({ query: PostDocument, variables: { id }, pause: known !== undefined });
  const post = known ?? (data?.node?.__typename === 'Post' ? data.node : undefined);
  return (
    <SidePanel label={post ? `Post “${post.title}”` : 'Post'} onClose={onClose} head={<PanelPerson name={post?.creator.name}>{post && `${platformName(post.platform)}, ${post.program.name}`}</PanelPerson>}>
      {!post ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such post, or it belongs to another brand.</p> : <BlockSkeleton height={280} />
      ) : (
        <div className="grid">
          <section>
            <h3>
              <a className="lk" href={post.url} target="_blank" rel="noreferrer noopener">
                {post.title} <span className="vh">(opens {platformName(post.platform)})</span>
                <span style={{ display: 'inline-block', verticalAlign: '-2px' }}>
                  <Icon name="external" size={14} />
                </span>
              </a>
            </h3>
            <p className="sm mut" style={{ marginTop: 2 }}>
              {formatDateTime(post.publishedAt, 'full')}
            </p>
            <div style={{ marginTop: 10 }}>
              {post.disclosed ? (
                <Status tone="ok" detail="As the creator says">
                  Marked as advertising
                </Status>
              ) : (
                <Status tone="bad" detail="Ask for it: unmarked advertising is against the law in most countries.">
                  Not marked as advertising
                </Status>
              )}
            </div>
          </section>
          {post.link ? (
            <>
              <Moved post={post} linkId={post.link.id} />
              <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
                <h3 style={{ marginBottom: 10 }}>Its link in all time</h3>
                <Facts
                  items={[
                    { name: 'Link', value: post.link.url.replace(/^https?:\/\//, '') },
                    ...(['clicks', 'orders', 'newCustomers', 'conversion', 'revenue'] as const).map((key) => ({ name: measureOf(key).name, value: wordsOf(measureOf(key), post.link?.totals as Figures) })),
                    { name: 'Commission', value: formatMoney(post.link.totals.commission), total: true },
                  ]}
                />
              </section>
            </>
          ) : (
            <p className="mut">The creator named no link of ours in it, so no figures belong to this post.</p>
          )}
          <Link className="lk" to={`${hat.base}/creators?creator=${post.creator.id}`}>
            Open the creator
          </Link>
        </div>
      )}
    </SidePanel>
  );
}

/** The days from the post on, beside as many days before it. */
function Moved({ post, linkId }: { post: PostFieldsFragment; linkId: string }) {
  const brand = useBrand();
  const range = daysAfter(post.publishedAt, new Date().toISOString().slice(0, 10));
  const base = { brandId: brand.id, creatorId: post.creator.id, programId: post.program.id };
  const [{ data, error }, read] = useQuery({ query: GroupsDocument, variables: { filter: { ...base, ...range }, earlier: { ...base, ...before(range) }, groupBy: 'LINK' } });
  const nothing = nothingIn(post.link?.totals.revenue.currencyCode ?? '');
  const after = data?.now.rows.find((row) => row.key === linkId)?.figures;
  const then = data?.earlier.rows.find((row) => row.key === linkId)?.figures;
  return (
    <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
      <h3>What its link brought at first</h3>
      <p className="sm mut" style={{ marginTop: 2, marginBottom: 10 }}>
        {formatRange(range.from, range.to)}, against {formatRange(before(range).from, before(range).to)}
      </p>
      <Loaded data={data} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={88} />}>
        {() =>
          !after && !then ? (
            <p className="mut">Nobody followed its link in these days, nor in those before.</p>
          ) : (
            <Facts
              items={MOVED.map(measureOf).map((measure) => ({
                name: measure.name,
                value: (
                  <span className="row g3" style={{ justifyContent: 'flex-end' }}>
                    <span className="sm">
                      <ChangeMark change={differenceOf(measure, after ?? nothing, then ?? nothing)} />
                    </span>
                    <b className="b">{wordsOf(measure, after ?? nothing, { whole: true })}</b>
                  </span>
                ),
              }))}
            />
          )
        }
      </Loaded>
    </section>
  );
}
