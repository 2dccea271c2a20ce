import { useRows } from '@/api/rows';
import { formatCount, measureOf, wordsOf } from '@/figures/measure';
import { useBrand, useFrame } from '@/frame/context';
import type { PostFieldsFragment } from '@/gql/graphql';
import { formatDate, formatMoney, formatNumber, plural, toDrawing } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { ButtonLink, Card, DataTable, EmptyPage, Loaded, MoreRows, PageHead, Status, TableMenu, TableSkeleton, usePanel, type Column } from '@/ui';
import { BrandPostPanel } from './brand_post_panel';
import { PostTitle } from './post_title';
import { BrandPostsDocument } from './posts_document';

type Post = PostFieldsFragment;

const conversion = measureOf('conversion');
const none = <span className="dim">–</span>;

const columns: Column<Post>[] = [
  { key: 'what', head: 'Post', cell: (row) => <PostTitle post={row} detail={`${row.creator.name}, ${platformName(row.platform)}`} />, phone: 'name', sort: (row) => row.title, ascendingFirst: true, text: (row) => row.title },
  { key: 'creator', head: 'Creator', optional: true, cell: (row) => row.creator.name, sort: (row) => row.creator.name, ascendingFirst: true, text: (row) => row.creator.name },
  { key: 'program', head: 'Program', optional: true, cell: (row) => <span className="mut">{row.program.name}</span>, text: (row) => row.program.name },
  { key: 'when', head: 'Published', nowrap: true, cell: (row) => <span className="mut">{formatDate(row.publishedAt, 'full')}</span>, phone: 'time', sort: (row) => row.publishedAt, text: (row) => row.publishedAt },
  { key: 'marked', head: 'Advertising', nowrap: true, cell: (row) => <Status tone={row.disclosed ? 'ok' : 'bad'}>{row.disclosed ? 'Marked' : 'Not marked'}</Status>, phone: 'state', sort: (row) => (row.disclosed ? 1 : 0), text: (row) => (row.disclosed ? 'yes' : 'no') },
  { key: 'clicks', head: 'Clicks', right: true, cell: (row) => (row.link ? formatNumber(row.link.totals.clicks) : none), sort: (row) => row.link?.totals.clicks ?? null, text: (row) => String(row.link?.totals.clicks ?? '') },
  { key: 'orders', head: 'Orders', right: true, cell: (row) => (row.link ? formatCount(row.link.totals.orders) : none), sort: (row) => row.link?.totals.orders ?? null, text: (row) => String(row.link?.totals.orders ?? '') },
  { key: 'conversion', head: 'Conversion', right: true, cell: (row) => (row.link ? wordsOf(conversion, row.link.totals) : none), sort: (row) => row.link?.totals.conversion ?? null, text: (row) => String(row.link?.totals.conversion ?? '') },
  { key: 'revenue', head: 'Revenue', right: true, cell: (row) => (row.link ? <b className="b">{formatMoney(row.link.totals.revenue, { whole: true })}</b> : none), phone: 'amount', sort: (row) => (row.link ? toDrawing(row.link.totals.revenue) : null), text: (row) => row.link?.totals.revenue.amount ?? '' },
  { key: 'line', head: 'Facts', phoneOnly: true, phone: 'sentence', cell: (row) => (row.link ? `${row.creator.name}: ${plural(row.link.totals.clicks, 'click', 'clicks')}, ${formatCount(row.link.totals.orders)} ${row.link.totals.orders === 1 ? 'order' : 'orders'} by its link` : `${row.creator.name}: no link of ours in it`) },
];

/** What creators published for the brand's programs, and what the links in it brought. */
export default function BrandPosts() {
  const brand = useBrand();
  const { hat } = useFrame();
  const panel = usePanel();
  const list = useRows({ query: BrandPostsDocument, variables: { brandId: brand.id, first: 50 }, pick: (data) => data.posts, types: ['Post'] });
  return (
    <>
      <PageHead title="Posts" line="What creators published for you, newest first, and what the link in each brought in all time." actions={list.rows && list.rows.length > 0 && <TableMenu columns={columns} rows={list.rows} fileName="posts" />} />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><TableSkeleton columns={6} /></Card>}>
        {(rows) =>
          rows.length > 0 ? (
            <Card label="Posts">
              <DataTable label="Posts" rows={rows} columns={columns} rowKey={(row) => row.id} onOpen={(row) => panel.show(row.id)} open={panel.open} foot={<MoreRows shown={rows.length} total={list.total} one="post" many="posts" more={list.more} busy={list.loadingMore} />} />
            </Card>
          ) : (
            <EmptyPage
              title="No post was told yet"
              solid={1}
              action={<ButtonLink kind="primary" icon="people" to={`${hat.base}/creators`}>See your creators</ButtonLink>}
              steps={[
                { name: 'Creators publish', detail: 'With their link or code, marked as advertising.' },
                { name: 'They paste the address', detail: 'In their portal, with the link that they used.' },
                { name: 'You see what it moved', detail: 'The days after each post, beside the days before it.' },
              ]}
            >
              Creators tell you of what they published. It stands here with the figures of its link.
            </EmptyPage>
          )
        }
      </Loaded>
      {panel.open && <BrandPostPanel key={panel.open} id={panel.open} onClose={panel.close} known={list.rows?.find((row) => row.id === panel.open)} />}
    </>
  );
}
