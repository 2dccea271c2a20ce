import type { Platform } from '@/gql/graphql';
import { platformIcon } from '@/lib/platform';
import { Icon } from '@/ui/icon';

/** A post in a row: the platform's icon, its title, and a second line. */
export function PostTitle({ post, detail }: { post: { platform: Platform; title: string }; detail: string }) {
  return (
    <span className="row g3">
      <span className="dim no-ph">
        <Icon name={platformIcon(post.platform)} />
      </span>
      <span className="grow">
        <b className="b blk">{post.title}</b>
        <span className="sm dim no-ph">{detail}</span>
      </span>
    </span>
  );
}
