import { Sparkline } from '@/charts';
import { formatDate, formatNumber, plural } from '@/lib/format';
import { platformIcon, platformName } from '@/lib/platform';
import { CopyButton, IconButton } from '@/ui/button';
import { Icon } from '@/ui/icon';
import { Menu } from '@/ui/overlay';
import { Status } from '@/ui/status';
import { AddressWords } from './address';
import type { Side } from './create_link';
import { healthWords } from './health';
import type { OwnCode, OwnLink } from './links_document';
import { shown, type Counts } from './matrix';
import { QrButton } from './qr';
import { ShopCodeLine, useRetryShopCode } from './shop_code';

/** Shared orders count by their parts, so there can be half a sale. */
const sales = (orders: number) => `${formatNumber(orders, { digits: 1 })} ${orders === 1 ? 'sale' : 'sales'}`;

const sparkWords = (days: readonly number[]) => `${plural(days.reduce((total, count) => total + count, 0), 'click', 'clicks')} in the last ${days.length} days`;

/** What a drawn link needs besides itself. */
export interface LinkLooks {
  link: OwnLink;
  /** Clicks a day, for the line. */
  days: readonly number[];
  counts: Counts;
  /** Opens the panel; its cell keeps an outline. */
  onOpen: () => void;
  open: boolean;
  /** Others stand beside it, so it says what it is for. */
  several: boolean;
}

/** What a link is for, where several stand together. */
function Purpose({ link, several }: { link: OwnLink; several: boolean }) {
  const words = [...new Set([link.label.trim(), link.campaign.trim()])].filter(Boolean).join(', ');
  return several && words ? <span className="sm mut blk purpose">{words}</span> : null;
}

/** The address opens the panel of its link. */
function Address({ link, onOpen, className }: { link: OwnLink; onOpen: () => void; className: string }) {
  return (
    <button type="button" className={`b open ${className}`} aria-label={link.label ? `${shown(link.url)}, ${link.label}` : shown(link.url)} onClick={onOpen}>
      <AddressWords url={link.url} />
    </button>
  );
}

function Trouble({ link }: { link: OwnLink }) {
  const said = healthWords(link);
  return said ? (
    <span className="sm blk trouble-line">
      <Status tone={said.tone}>{said.words}</Status>
    </span>
  ) : null;
}

/** A link in a cell of the matrix: address, line of clicks, sales and clicks. */
export function LinkCell({ link, days, counts, onOpen, open, several }: LinkLooks) {
  const clicked = link.totals.clicks > 0 || counts.clicks > 0;
  return (
    <div className={open ? 'mx hot' : 'mx'}>
      <span className="row between">
        <Address link={link} onOpen={onOpen} className="grow" />
        <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
      </span>
      <Purpose link={link} several={several} />
      <span className="row between spark">
        {clicked ? <Sparkline values={days} label={sparkWords(days)} width={108} height={36} /> : <span className="mut notyet">Not clicked yet</span>}
        <QrButton link={link} />
      </span>
      {clicked ? (
        <span className="row between n figs">
          <span>{counts.orders !== null && <><b className="b">{formatNumber(counts.orders, { digits: 1 })}</b> <span className="mut">{counts.orders === 1 ? 'sale' : 'sales'}</span></>}</span>
          <span className="sm dim">{plural(counts.clicks, 'click', 'clicks')}</span>
        </span>
      ) : (
        <span className="sm dim figs">Made on {formatDate(link.createdAt)}</span>
      )}
      <Trouble link={link} />
    </div>
  );
}

/** The same link as a row of a card on the phone. */
export function LinkRow({ link, days, counts, onOpen, open, several }: LinkLooks) {
  const clicked = link.totals.clicks > 0 || counts.clicks > 0;
  return (
    <div className={open ? 'lrow hot' : 'lrow'}>
      <span className="dim">
        <Icon name={platformIcon(link.platform)} size={18} />
        <span className="vh">{platformName(link.platform)}</span>
      </span>
      <span className="t">
        <Address link={link} onOpen={onOpen} className="blk" />
        <Purpose link={link} several={several} />
        <span className="sm mut n">{clicked ? [plural(counts.clicks, 'click', 'clicks'), counts.orders !== null ? sales(counts.orders) : ''].filter(Boolean).join(', ') : 'Not clicked yet'}</span>
        <Trouble link={link} />
      </span>
      {clicked && <Sparkline values={days} label={sparkWords(days)} width={48} height={24} />}
      <span className="row">
        <QrButton link={link} />
        <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
      </span>
    </div>
  );
}

/** What shoppers save with a code, and until when. */
export function codeWords(code: OwnCode, side: Side): string {
  const saved = code.discount > 0 ? `${formatNumber(code.discount / 100, { digits: 2 })}% off for ${side === 'creator' ? 'your audience' : 'shoppers'}` : 'No discount';
  return code.endsAt ? `${saved}, until ${formatDate(code.endsAt)}` : saved;
}

/** A code in its dashed box: one tap copies it. Without deeds it is only read. */
export function CodeBox({ code, side, onArchive, onRotate }: { code: OwnCode; side: Side; onArchive?: (code: OwnCode) => void; onRotate?: (code: OwnCode) => void }) {
  const retry = useRetryShopCode();
  return (
    <div className="codebox">
      <span className="code n">
        <span className="ell">{code.code}</span>
        <span className="row">
          {onArchive && onRotate && (
            <Menu
              trigger={<IconButton icon="more" label={`More for ${code.code}`} />}
              groups={[
                {
                  items: [
                    ...(code.shopState === 'FAILED' ? [{ label: 'Have the shop try again', icon: 'retry' as const, onPick: () => retry(code) }] : []),
                    { label: 'Put a new code in its place', icon: 'retry', onPick: () => onRotate(code) },
                    { label: 'Archive', icon: 'trash', onPick: () => onArchive(code) },
                  ],
                },
              ]}
            />
          )}
          <CopyButton text={code.code} label={`Copy ${code.code}`} />
        </span>
      </span>
      <span className="sm dim blk">{codeWords(code, side)}</span>
      <ShopCodeLine code={code} side={side} />
    </div>
  );
}
