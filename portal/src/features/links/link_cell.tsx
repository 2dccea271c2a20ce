import { Sparkline } from '@/charts';
import { formatDate, formatNumber, plural } from '@/lib/format';
import { platformIcon, platformName } from '@/lib/platform';
import { CopyButton, IconButton } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Menu } from '@/ui/overlay';
import type { OwnCode, OwnLink } from './links_document';
import { shown } from './matrix';

/** Shared orders count by their parts, so there can be half a sale. */
const sales = (orders: number) => `${formatNumber(orders, { digits: 1 })} ${orders === 1 ? 'sale' : 'sales'}`;

/** What can be done with a link besides copying it. */
function LinkMenu({ link, onArchive }: { link: OwnLink; onArchive: (link: OwnLink) => void }) {
  return (
    <Menu
      trigger={<IconButton icon="more" label={`More for ${shown(link.url)}`} />}
      groups={[
        {
          items: [
            { label: 'Open where it leads', icon: 'external', onPick: () => window.open(link.destinationUrl, '_blank', 'noopener') },
            ...(typeof navigator.share === 'function' ? [{ label: 'Share', icon: 'share' as const, onPick: () => void navigator.share({ url: link.url }).catch(() => undefined) }] : []),
            { label: 'Archive', icon: 'trash', onPick: () => onArchive(link) },
          ],
        },
      ]}
    />
  );
}

const sparkWords = (link: OwnLink) => `${plural(link.clicksByDay.reduce((total, count) => total + count, 0), 'click', 'clicks')} in the last 30 days`;

/** A link in a cell of the matrix: address, line of clicks, sales and clicks. */
export function LinkCell({ link, onArchive }: { link: OwnLink; onArchive: (link: OwnLink) => void }) {
  return (
    <div className="mx">
      <span className="row between">
        <b className="b ell ending" title={link.label ? `${link.label}: ${shown(link.url)}` : shown(link.url)}>
          <bdi>{shown(link.url)}</bdi>
        </b>
        <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
      </span>
      <span className="row between spark">
        {link.totals.clicks > 0 ? <Sparkline values={link.clicksByDay} label={sparkWords(link)} width={108} height={36} /> : <span className="mut notyet">Not clicked yet</span>}
        <LinkMenu link={link} onArchive={onArchive} />
      </span>
      {link.totals.clicks > 0 ? (
        <span className="row between n figs">
          <span>
            <b className="b">{formatNumber(link.totals.orders, { digits: 1 })}</b> <span className="mut">{link.totals.orders === 1 ? 'sale' : 'sales'}</span>
          </span>
          <span className="sm dim">{plural(link.totals.clicks, 'click', 'clicks')}</span>
        </span>
      ) : (
        <span className="sm dim figs">Made on {formatDate(link.createdAt)}</span>
      )}
    </div>
  );
}

/** The same link as a row of a card on the phone. */
export function LinkRow({ link, onArchive }: { link: OwnLink; onArchive: (link: OwnLink) => void }) {
  return (
    <div className="lrow">
      <span className="dim">
        <Icon name={platformIcon(link.platform)} size={18} />
        <span className="vh">{platformName(link.platform)}</span>
      </span>
      <span className="t">
        <b className="b ell blk ending">
          <bdi>{shown(link.url)}</bdi>
        </b>
        <span className="sm mut n">{link.totals.clicks > 0 ? `${plural(link.totals.clicks, 'click', 'clicks')}, ${sales(link.totals.orders)}` : 'Not clicked yet'}</span>
      </span>
      {link.totals.clicks > 0 && <Sparkline values={link.clicksByDay} label={sparkWords(link)} width={48} height={24} />}
      <span className="row">
        <LinkMenu link={link} onArchive={onArchive} />
        <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
      </span>
    </div>
  );
}

/** What shoppers save with a code, and until when. */
export function codeWords(code: OwnCode): string {
  const saved = code.discount > 0 ? `${formatNumber(code.discount / 100, { digits: 2 })}% off for your audience` : 'No discount';
  return code.endsAt ? `${saved}, until ${formatDate(code.endsAt)}` : saved;
}

/** A code in its dashed box: one tap copies it. */
export function CodeBox({ code, onArchive }: { code: OwnCode; onArchive: (code: OwnCode) => void }) {
  return (
    <div className="codebox">
      <span className="code n">
        <span className="ell">{code.code}</span>
        <span className="row">
          <Menu trigger={<IconButton icon="more" label={`More for ${code.code}`} />} groups={[{ items: [{ label: 'Archive', icon: 'trash', onPick: () => onArchive(code) }] }]} />
          <CopyButton text={code.code} label={`Copy ${code.code}`} />
        </span>
      </span>
      <span className="sm dim blk">{codeWords(code)}</span>
    </div>
  );
}
