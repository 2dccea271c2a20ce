import { useId, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { formatDate, formatDateTime, formatMoney, formatPpm, isZero, plural } from '@/lib/format';
import { Icon, type IconName } from '@/ui/icon';
import { trunkRiver, trunkTops, WIDE_WIDTH, wideRiver, type TrunkTops } from './geometry';
import { counted, foldTouches, type RiverData, type RiverTouch } from './model';
import './river.css';

const KIND_ICON: Record<string, IconName> = {
  YOUTUBE: 'youtube',
  INSTAGRAM: 'instagram',
  TIKTOK: 'tiktok',
  PODCAST: 'podcast',
  NEWSLETTER: 'mail',
  EMAIL: 'mail',
  BLOG: 'globe',
  WEBSITE: 'globe',
  CODE: 'tag',
  SURVEY: 'message',
  PERSON: 'person',
  QR: 'qr',
};

const iconOf = (kind: string): IconName => KIND_ICON[kind.toUpperCase()] ?? 'link';

interface Labels {
  share: string;
  commissionShare: string;
  gateTitle: string;
  gateLine: string;
  gateShort: string;
  gateOpen: boolean;
  payoutTitle: string;
  payoutLine: string;
  paid: boolean;
  others: string;
}

/** The few words that the river writes itself. */
function labelsOf(data: RiverData): Labels {
  const { gate, payout, commission, touches } = data;
  const others = touches.reduce((sum, touch) => sum + (touch.own ? 0 : touch.creditPpm), 0);
  const until = gate?.until ? formatDate(gate.until) : null;
  const gateOpen = !gate || gate.state === 'OPEN';
  const gateTitle =
    gate?.title ?? (gate?.state === 'REVIEW' ? 'Under review' : gate?.state === 'WAITING' ? 'Not counted yet' : 'Return period');
  const gateLine = gate?.words ?? (gateOpen ? 'over, nothing blocks it' : until ? `on hold until ${until}` : 'on hold');
  const paid = payout?.state === 'PAID';
  return {
    share: commission ? formatPpm(commission.creditPpm) : '',
    commissionShare: commission ? `${formatPpm(commission.creditPpm)} of the credit` : '',
    gateTitle,
    gateLine,
    gateShort: gateOpen ? gateTitle : until && gate.state === 'HOLDING' ? `On hold until ${until}` : gateTitle,
    gateOpen,
    payoutTitle: payout?.at ? (paid ? `Paid on ${formatDate(payout.at)}` : `Payout on ${formatDate(payout.at)}`) : paid ? 'Paid' : 'Payout',
    payoutLine: payout?.words ?? (payout?.state === 'BLOCKED' ? 'something blocks it' : 'to your Stripe account'),
    paid,
    others: others > 0 ? `${formatPpm(others)} went to ${data.others > 1 ? 'other creators' : 'another creator'}` : '',
  };
}

function touchClass(touch: RiverTouch): string {
  if (!counted(touch)) return 'ti off';
  return touch.own ? 'ti' : 'ti oth';
}

/**
 * The river of a sale: touches flow in, meet at the order, and the reader's part
 * goes on through the gate to the payout. Every word stands in an ordered list;
 * the drawing is for the eyes only. Beside a narrow list it becomes a trunk.
 */
export function SaleRiver({ data: whole }: { data: RiverData }) {
  const { data, left } = useMemo(() => {
    const folded = foldTouches(whole.touches);
    return { data: { ...whole, touches: folded.touches }, left: folded.left };
  }, [whole]);
  const labels = labelsOf(whole);
  return (
    <div className="river">
      <div className="river-wide">
        <WideDrawing data={data} labels={labels} />
      </div>
      <div className="river-narrow">
        <Trunk data={data} labels={labels} />
      </div>
      {left > 0 && <p className="sm dim rest">{plural(left, 'earlier touch', 'earlier touches')} that did not count {left === 1 ? 'is' : 'are'} not drawn.</p>}
    </div>
  );
}

function WideDrawing({ data, labels }: { data: RiverData; labels: Labels }) {
  const id = useId();
  const [water, thread, ghost] = [`${id}w`, `${id}t`, `${id}g`];
  const river = wideRiver(data.touches);
  const { own, other, order } = river;
  const commission = data.commission;
  const gateTop = own ? own.top - 10 : 0;
  const gateBottom = own ? own.bottom + 10 : 0;
  // The other creators' streams lie below one's own where they cross.
  const drawn = [...river.ribbons].sort((a, b) => Number(a.own) - Number(b.own));
  return (
    <div className="rv" style={{ height: river.height }}>
      <svg width={WIDE_WIDTH} height={river.height} viewBox={`0 0 ${WIDE_WIDTH} ${river.height}`} aria-hidden="true">
        <defs>
          <linearGradient id={water} gradientUnits="userSpaceOnUse" x1="262" x2="928">
            <stop stopColor="var(--current)" />
            <stop offset=".5" stopColor="var(--river)" />
          </linearGradient>
          <linearGradient id={thread} gradientUnits="userSpaceOnUse" x1="262" x2="690">
            <stop stopColor="var(--foam)" stopOpacity="0" />
            <stop offset=".12" stopColor="var(--foam)" stopOpacity=".26" />
            <stop offset=".8" stopColor="var(--foam)" stopOpacity=".26" />
            <stop offset="1" stopColor="var(--foam)" stopOpacity="0" />
          </linearGradient>
          <linearGradient id={ghost} gradientUnits="userSpaceOnUse" x1="262" x2="858">
            <stop stopColor="var(--ghost)" />
            <stop offset=".72" stopColor="var(--ghost)" />
            <stop offset="1" stopColor="var(--ghost)" stopOpacity="0" />
          </linearGradient>
        </defs>
        {drawn.map((ribbon) => (
          <path key={ribbon.index} d={ribbon.path} fill={`url(#${ribbon.own ? water : ghost})`} />
        ))}
        {river.ribbons.flatMap((ribbon) => ribbon.threads.map((d) => <path key={d} d={d} fill="none" stroke={`url(#${thread})`} />))}
        {river.stubs.map((stub) => (
          <g key={stub.index} stroke="var(--stub)" strokeLinecap="round">
            <path d={`M264 ${stub.y}h36`} strokeWidth="3" />
            <path d={`M305 ${stub.y - 6}v12`} strokeWidth="2" />
          </g>
        ))}
        {own && data.payout && (
          <>
            {labels.paid ? (
              <rect x="768" y={own.top} width="156" height={own.bottom - own.top} fill="var(--river)" />
            ) : (
              <>
                <rect x="768" y={own.top} width="152" height={own.bottom - own.top} fill="var(--river)" opacity=".1" />
                <path d={`M770 ${own.top + 0.5}H918M770 ${own.bottom - 0.5}H918`} stroke="var(--river)" strokeWidth="1.25" strokeDasharray="4 4" fill="none" />
              </>
            )}
            {labels.paid && labels.gateOpen && <rect x="759" y={own.top} width="10" height={own.bottom - own.top} fill="var(--river)" />}
            <path d={`M924 ${gateTop}V${gateBottom}`} stroke="var(--river)" strokeWidth="4" strokeLinecap="round" />
          </>
        )}
        {own && data.gate && <path d={`M764 ${gateTop}V${gateBottom}`} stroke={labels.gateOpen ? 'var(--river)' : 'var(--wheat)'} strokeWidth="4" strokeLinecap="round" />}
        {own && commission?.takenBack && !isZero(commission.takenBack) && (
          <path d={`M720 ${own.bottom}v22M714 ${own.bottom + 22}h12`} stroke="var(--stub)" strokeWidth="2" strokeLinecap="round" fill="none" />
        )}
        <path d={`M${order.x} ${order.top}V${order.bottom}`} stroke="var(--ink)" strokeWidth="4" strokeLinecap="round" />
      </svg>
      <ol className="rvl" aria-label="The way to this order">
        {data.touches.map((touch, index) => {
          const y = river.rows[index] ?? 0;
          const credit = counted(touch);
          return (
            <li key={index}>
              <div className="tch" style={{ top: y - 20 }}>
                <span className={touchClass(touch)}>
                  <Icon name={iconOf(touch.kind)} />
                </span>
                <span className="tt grow">
                  <b className={credit ? 'b ell' : 'b mut ell'}>{touch.label}</b>
                  <time className="sm dim n" dateTime={touch.at}>
                    {formatDateTime(touch.at)}
                  </time>
                </span>
                {credit && <b className={touch.own ? 'n lk' : 'n mut b'}>{formatPpm(touch.creditPpm)}</b>}
              </div>
              {!credit && (
                <div className="why" style={{ top: y - 16 }}>
                  <span>
                    <span className="vh">Not counted. </span>
                    {touch.reasonWords}
                  </span>
                </div>
              )}
            </li>
          );
        })}
        <li>
          <div className="lab mid nw" style={{ left: 488, top: order.nameTop, width: 180 }}>
            <b className="b">{data.order.name}</b>
            <span className="sm mut n">{formatDateTime(data.order.at)}</span>
          </div>
          <div className="lab mid nw" style={{ left: 498, top: order.paidTop, width: 160 }}>
            <b className="b n">{formatMoney(data.order.total)} paid</b>
            <span className="sm mut n">{formatMoney(data.order.earning)} earns commission</span>
          </div>
        </li>
        {own && commission && (
          <li>
            <div className="lab nw" style={{ left: 654, top: own.labelTop, width: 112 }}>
              <b className="b">{data.commissionLabel ?? 'Your commission'}</b>
              <span className="sm mut">{labels.commissionShare}</span>
            </div>
            <div className={own.amountInside ? 'lab big n' : 'lab big out n'} style={{ left: 660, width: 100, top: own.amountInside ? own.centre - 14 : own.bottom + 4 }}>
              {formatMoney(commission.amount)}
            </div>
            {commission.takenBack && !isZero(commission.takenBack) && (
              <div className="lab sm mut nw" style={{ left: 640, width: 160, textAlign: 'center', top: own.bottom + 28 }}>
                {formatMoney(commission.takenBack)} taken back
              </div>
            )}
          </li>
        )}
        {own && data.gate && (
          <li className={labels.gateOpen ? 'lab' : 'lab wt'} style={{ left: 782, top: own.labelTop, width: 146 }}>
            <b className="b nw">{labels.gateTitle}</b>
            <span className={labels.gateLine.length < 28 ? 'sm mut nw' : 'sm mut'}>{labels.gateLine}</span>
          </li>
        )}
        {own && data.payout && (
          <li>
            {own.amountInside && (
              <div className="lab mid" style={{ left: 768, top: own.centre - 10, width: 152 }}>
                {labels.paid ? <b className="paid">paid</b> : <span className="mut">not paid yet</span>}
              </div>
            )}
            <div className="lab r" style={{ right: 0, top: gateBottom + 8, width: 190 }}>
              <b className="b">{labels.payoutTitle}</b>
              <span className="sm mut">{labels.payoutLine}</span>
            </div>
          </li>
        )}
        {other && (
          <li className="lab" style={{ left: 712, top: other.centre - 9, width: 210 }}>
            <span className="sm ink">{labels.others}</span>
          </li>
        )}
      </ol>
    </div>
  );
}

function Trunk({ data, labels }: { data: RiverData; labels: Labels }) {
  const id = useId();
  const list = useRef<HTMLOListElement>(null);
  const [tops, setTops] = useState<TrunkTops>(() => trunkTops(data.touches));

  // Words may need more lines than drawn: the trunk follows where its rows really stand.
  useLayoutEffect(() => {
    const element = list.current;
    if (!element) return;
    function measure() {
      const at = (name: string) => {
        const row = element?.querySelector<HTMLElement>(`[data-row="${name}"]`);
        return row ? row.offsetTop : 0;
      };
      const height = element?.offsetHeight ?? 0;
      if (height === 0) return;
      const next: TrunkTops = {
        touches: data.touches.map((_, index) => at(`t${index}`)),
        order: at('order'),
        others: at('others'),
        commission: at('commission'),
        gate: data.gate ? at('gate') : null,
        payout: at('payout'),
        height,
      };
      setTops((old) => (JSON.stringify(old) === JSON.stringify(next) ? old : next));
    }
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [data]);

  const trunk = trunkRiver(data.touches, tops);
  const commission = data.commission;
  const [water, fade] = [`${id}w`, `${id}f`];
  return (
    <div className="rvp">
      <svg width={trunk.width} height={trunk.height} viewBox={`0 0 ${trunk.width} ${trunk.height}`} aria-hidden="true">
        <defs>
          <linearGradient id={water} gradientUnits="userSpaceOnUse" x1="0" y1="60" x2="0" y2={trunk.order.y}>
            <stop stopColor="var(--current)" />
            <stop offset=".9" stopColor="var(--river)" />
          </linearGradient>
          <linearGradient id={fade} gradientUnits="userSpaceOnUse" x1="44" x2="67">
            <stop stopColor="var(--ghost)" />
            <stop offset="1" stopColor="var(--ghost)" stopOpacity="0" />
          </linearGradient>
        </defs>
        {trunk.own && <path d={`M${trunk.own.left} ${trunk.own.from}V${trunk.own.to}H${trunk.own.right}V${trunk.own.from}z`} fill={`url(#${water})`} />}
        {[...trunk.ribbons]
          .sort((a, b) => Number(a.own) - Number(b.own))
          .map((ribbon) => (
            <path key={ribbon.index} d={ribbon.path} fill={ribbon.own ? `url(#${water})` : 'var(--ghost)'} />
          ))}
        {trunk.ribbons.flatMap((ribbon) => ribbon.threads.map((d) => <path key={d} d={d} fill="none" stroke="var(--foam)" strokeOpacity=".22" />))}
        {trunk.stubs.map((stub) => (
          <g key={stub.index} stroke="var(--stub)" strokeLinecap="round">
            <path d={`M64 ${stub.y}h-8`} strokeWidth="3" />
            <path d={`M53 ${stub.y - 6}v12`} strokeWidth="2" />
          </g>
        ))}
        {trunk.own && labels.gateOpen && trunk.gate && <rect x={trunk.own.left} y={trunk.own.to} width={trunk.own.right - trunk.own.left} height={trunk.gate.y + 4 - trunk.own.to} fill="var(--river)" />}
        {trunk.own && !data.gate && commission?.takenBack && !isZero(commission.takenBack) && <path d={`M${trunk.own.left - 4} ${trunk.own.to}H${trunk.own.right + 4}`} stroke="var(--clay)" strokeWidth="4" strokeLinecap="round" />}
        {trunk.otherExit && <path d={trunk.otherExit} fill={`url(#${fade})`} />}
        {trunk.own && trunk.gate && trunk.payout && data.payout && (
          <>
            <rect x={trunk.own.left} y={trunk.gate.y + 4} width={trunk.own.right - trunk.own.left} height={Math.max(0, trunk.payout.y - trunk.gate.y - 4)} fill="var(--river)" opacity={labels.paid ? 1 : 0.12} />
            {!labels.paid && <path d={`M${trunk.own.left + 0.5} ${trunk.gate.y + 6}V${trunk.payout.y - 4}M${trunk.own.right - 0.5} ${trunk.gate.y + 6}V${trunk.payout.y - 4}`} stroke="var(--river)" strokeWidth="1.25" strokeDasharray="4 4" />}
            <path d={`M${trunk.gate.left} ${trunk.payout.y}H${trunk.gate.right}`} stroke="var(--river)" strokeWidth="4" strokeLinecap="round" />
          </>
        )}
        {trunk.gate && data.gate && <path d={`M${trunk.gate.left} ${trunk.gate.y}H${trunk.gate.right}`} stroke={labels.gateOpen ? 'var(--river)' : 'var(--wheat)'} strokeWidth="4" strokeLinecap="round" />}
        <path d={`M${trunk.order.left} ${trunk.order.y}H${trunk.order.right}`} stroke="var(--ink)" strokeWidth="4" strokeLinecap="round" />
      </svg>
      <ol ref={list} aria-label="The way to this order">
        {data.touches.map((touch, index) => {
          const credit = counted(touch);
          return (
            <li key={index} data-row={`t${index}`} className={credit ? 'cnt' : 'stb'}>
              <span className="row between g2">
                <b className={credit ? 'b' : 'b mut'}>{touch.label}</b>
                {credit && <b className={touch.own ? 'b n lk' : 'b n mut'}>{formatPpm(touch.creditPpm)}</b>}
              </span>
              <time className="sm dim n blk" dateTime={touch.at}>
                {formatDateTime(touch.at)}
              </time>
              {!credit && <span className="sm mut blk">Not counted. {touch.reasonWords}</span>}
            </li>
          );
        })}
        <li data-row="order" className="ord">
          <b className="b">{data.order.name}</b>
          <span className="sm mut blk">
            {formatDateTime(data.order.at)}. {formatMoney(data.order.total)} paid, {formatMoney(data.order.earning)} of it earns commission.
          </span>
        </li>
        {labels.others && (
          <li data-row="others" className="oth">
            <span className="sm mut blk">{labels.others}</span>
          </li>
        )}
        {commission && trunk.own && (
          <li data-row="commission" className="com">
            <span className="row between">
              <b className="b">{data.commissionLabel ?? 'Your commission'}</b>
              <b className="big n">{formatMoney(commission.amount)}</b>
            </span>
            <span className="sm mut blk">
              {labels.commissionShare}
              {commission.takenBack && !isZero(commission.takenBack) ? `, ${formatMoney(commission.takenBack)} taken back` : ''}
            </span>
          </li>
        )}
        {data.gate && trunk.own && (
          <li data-row="gate" className="gat">
            <b className={labels.gateOpen ? 'b' : 'b wtx'}>{labels.gateShort}</b>
            <span className="sm mut blk">{labels.gateOpen ? 'Nothing blocks it.' : labels.gateShort === labels.gateTitle ? `${labels.gateLine}.` : `${labels.gateTitle}. Nothing else blocks it.`}</span>
          </li>
        )}
        {data.payout && trunk.own && (
          <li data-row="payout" className="pay">
            <b className="b">{labels.payoutTitle}</b>
            <span className="sm mut blk">{labels.payoutLine}</span>
          </li>
        )}
      </ol>
    </div>
  );
}
