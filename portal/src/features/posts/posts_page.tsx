import { useRows } from '@/api/rows';
import type { CreatorPostsQuery } from '@/gql/graphql';
import { formatDate, formatNumber, plural } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { EmptyPage } from '@/ui/empty';
import { MoreRows } from '@/ui/loaded';
import { PageHead } from '@/ui/page_head';
import { useView } from '@/ui/panel';
import { TableSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { DataTable, TableMenu, type Column } from '@/ui/table';
import { ErrorState } from '@/ui/trouble';
import { PostTitle } from './post_title';
import { PostsDocument } from './posts_document';
import { SubmitPost } from './submit_post';

type Post = CreatorPostsQuery['posts']['nodes'][number];
/** Posts a page. */
const ROWS = 25;

/** What the creator published for their programs, and what its links brought. */
export default function PostsPage() {
  const view = useView();
  const list = useRows({ query: PostsDocument, variables: { first: ROWS }, pick: (data) => data.posts, types: ['Post'] });
  const tell = (
    <Button kind="primary" icon="plus" onClick={() => view.set({ make: 'post' }, { push: true })}>
      Tell a post
    </Button>
  );
  const empty = list.rows?.length === 0;
  return (
    <>
      <PageHead title="Posts" line="What you published for your programs, and what its link brought." actions={!empty && <>{list.rows && <TableMenu columns={COLUMNS} rows={list.rows} fileName="posts" />}{tell}</>} />
      {empty ? (
        <EmptyPage
          title="Tell your first post"
          action={tell}
          steps={[
            { name: 'Publish as always', detail: 'Marked as advertising, with your link or code.' },
            { name: 'Paste its address here', detail: 'The brand sees it without searching.' },
            { name: 'See what it moved', detail: 'Posts are marked in your earnings, and clicks stand beside them.' },
          ]}
        >
          Brands look at posts before they offer more. Paste an address, and the day shows up in your chart.
        </EmptyPage>
      ) : (
        <Card label="Posts">
          {list.error ? (
            <ErrorState error={list.error} onRetry={list.again} />
          ) : list.rows === null ? (
            <TableSkeleton rows={6} columns={4} />
          ) : (
            <DataTable label="Posts" rows={list.rows} columns={COLUMNS} rowKey={(row) => row.id} stickyHead={false} foot={<MoreRows shown={list.rows.length} total={list.total} one="post" many="posts" more={list.more} busy={list.loadingMore} />} />
          )}
        </Card>
      )}
      {view.get('make') === 'post' && <SubmitPost onClose={() => view.set({ make: null })} />}
    </>
  );
}

const moved = (post: Post) => (post.link ? `${plural(post.link.totals.clicks, 'click', 'clicks')}, ${formatNumber(post.link.totals.orders, { digits: 1 })} ${post.link.totals.orders === 1 ? 'sale' : 'sales'}` : 'No link of yours');

const COLUMNS: Column<Post>[] = [
  { key: 'when', head: 'Published', nowrap: true, phone: 'time', sort: (row) => row.publishedAt, cell: (row) => <span className="mut">{formatDate(row.publishedAt, 'full')}</span>, text: (row) => row.publishedAt },
  {
    key: 'what',
    head: 'Post',
    phone: 'name',
    sort: (row) => row.title,
    ascendingFirst: true,
    cell: (row) => (
      <a className="rowlink blk" href={row.url} target="_blank" rel="noreferrer noopener">
        <PostTitle post={row} detail={platformName(row.platform)} />
        <span className="vh"> (opens {platformName(row.platform)})</span>
      </a>
    ),
    text: (row) => row.title,
  },
  { key: 'program', head: 'Program', sort: (row) => row.program.name, ascendingFirst: true, cell: (row) => <>{row.program.name}<span className="sm dim">{row.program.brand.name}</span></>, text: (row) => row.program.name },
  { key: 'marked', head: 'Marked as advertising', phone: 'state', cell: (row) => <Status tone={row.disclosed ? 'ok' : 'wait'}>{row.disclosed ? 'Marked' : 'Not marked'}</Status>, text: (row) => (row.disclosed ? 'yes' : 'no') },
  { key: 'moved', head: 'Its link brought', right: true, sort: (row) => row.link?.totals.clicks ?? null, cell: moved, text: moved },
  { key: 'brought', head: 'Its link brought', phoneOnly: true, phone: 'sentence', cell: (row) => `${platformName(row.platform)}: ${row.link ? moved(row) : 'no link of yours'}` },
];
