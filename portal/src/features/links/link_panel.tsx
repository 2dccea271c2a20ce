import { useEffect, useRef, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { Chart } from '@/charts';
import type { LinkPanelQuery } from '@/gql/graphql';
import { formatDate, formatNumber, plural } from '@/lib/format';
import { platformIcon, platformName } from '@/lib/platform';
import { Button, CopyButton } from '@/ui/button';
import { FormErrors, TextField, useForm } from '@/ui/form';
import { Icon } from '@/ui/icon';
import { SidePanel } from '@/ui/panel';
import { BlockSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { toast } from '@/ui/toast';
import { ErrorState } from '@/ui/trouble';
import { AddressWords } from './address';
import { Archive } from './archive';
import { Arrival } from './arrival';
import { clicksChart, clicksOf, lastDays, LINE_DAYS } from './clicks_chart';
import type { Side } from './create_link';
import { drawnSteps, funnelSentence, isEmpty } from './funnel';
import { FunnelBars, useFunnel } from './funnel_card';
import { HealthStatus } from './health';
import { CheckLinkHealthDocument, LinkPanelDocument, LinkPostsDocument, UpdateLinkDocument } from './links_document';
import { shown } from './matrix';
import { QrCode } from './qr';

const CONTEXT = { additionalTypenames: ['Link'] };

/** After somebody asked for a look, its outcome is read again this often and at most so many times, milliseconds. */
const LOOK_AGAIN_MS = 2_000;
const LOOKS_MAX = 15;

/** A link with all that can be said of it. */
export type WholeLink = NonNullable<LinkPanelQuery['link']>;

/** Everything about one link: its code to scan, where it leads, whether that works, and its words. */
export function LinkPanel({ id, side, mayChange, round, onClose }: { id: string; side: Side; mayChange: boolean; /** Counted up to read its figures anew. */ round: number; onClose: () => void }) {
  const [{ data, error }, read] = useQuery({ query: LinkPanelDocument, variables: { id }, context: CONTEXT });
  const [archiving, setArchiving] = useState(false);
  const again = () => read({ requestPolicy: 'network-only' });
  const link = data?.link?.id === id ? data.link : undefined;
  const works = link && !link.archivedAt;
  return (
    <>
      <SidePanel
        label={link ? `Link ${shown(link.url)}` : 'Link'}
        head={
          link && (
            <>
              <span className="av l">
                <Icon name={platformIcon(link.platform)} />
              </span>
              <span className="grow">
                <b className="b ell blk">{link.label || platformName(link.platform)}</b>
                <span className="sm dim ell blk">{side === 'brand' ? `${link.creator.name}, ${link.program.name}` : `${link.program.name}, ${link.program.brand.name}`}</span>
              </span>
            </>
          )
        }
        onClose={onClose}
        foot={
          works && mayChange ? (
            <span className="row g2">
              <Button kind="primary" type="submit" form="edit-link" className="grow">
                Save
              </Button>
              <Button kind="danger" icon="trash" onClick={() => setArchiving(true)}>
                Archive
              </Button>
            </span>
          ) : undefined
        }
      >
        {link ? (
          <div className="grid linkpanel">
            <span className="code n">
              <AddressWords url={link.url} />
              <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
            </span>
            {link.archivedAt ? <Status tone="quiet">Archived on {formatDate(link.archivedAt)}. It earns nothing any more.</Status> : <QrCode link={link} />}
            <Activity link={link} side={side} round={round} />
            <p className="sm mut n">
              {plural(link.totals.clicks, 'click', 'clicks')} and {formatNumber(link.totals.orders, { digits: 1 })} {link.totals.orders === 1 ? 'sale' : 'sales'} since {formatDate(link.createdAt)}.
            </p>
            <Posts link={link} side={side} />
            {works && side === 'brand' && <Stock link={link} mayChange={mayChange} />}
            {works && <Health link={link} mayChange={mayChange} again={again} />}
            {works && mayChange ? <EditLink key={link.id} link={link} /> : <p className="address n">{link.arrivalPreview}</p>}
          </div>
        ) : error ? (
          <ErrorState error={error} onRetry={again} />
        ) : data && !data.link ? (
          <p className="mut">There is no such link, or it is not yours to see.</p>
        ) : (
          <BlockSkeleton height={320} />
        )}
      </SidePanel>
      {archiving && link && <Archive what={{ link }} onClose={() => setArchiving(false)} />}
    </>
  );
}

/** What happened on the link in the last days: clicks a day, and how far those who clicked went. */
function Activity({ link, side, round }: { link: WholeLink; side: Side; round: number }) {
  const [openedAt] = useState(() => new Date());
  const days = lastDays(LINE_DAYS, openedAt);
  const { funnel } = useFunnel({ brandId: side === 'brand' ? link.program.brand.id : null, linkId: link.id, from: days[0] ?? '', to: days[days.length - 1] ?? '' }, round);
  const clicks = clicksOf([link]);
  return (
    <>
      <section className="part" aria-label="Clicks on this link">
        <b className="b">Clicks a day</b>
        {clicks > 0 ? (
          <>
            <span className="sm mut n">{plural(clicks, 'click', 'clicks')} in the last {LINE_DAYS} days</span>
            <Chart kind="bars" height={112} data={{ ...clicksChart([link], openedAt), label: 'Clicks on this link a day' }} />
          </>
        ) : (
          <span className="mut">Nobody followed it in the last {LINE_DAYS} days.</span>
        )}
      </section>
      {funnel && !isEmpty(funnel) && (
        <section className="part" aria-label="From clicks to orders on this link">
          <b className="b">From clicks to orders</b>
          <span className="sm mut n">Of its last {LINE_DAYS} days: {funnelSentence(funnel)}</span>
          <FunnelBars steps={drawnSteps(funnel)} />
        </section>
      )}
    </>
  );
}

/** Posts that say they use the link, of the newest hundred. */
function Posts({ link, side }: { link: WholeLink; side: Side }) {
  const [{ data }] = useQuery({ query: LinkPostsDocument, variables: { brandId: side === 'brand' ? link.program.brand.id : null } });
  const posts = data?.posts.nodes.filter((post) => post.link?.id === link.id) ?? [];
  if (posts.length === 0) return null;
  return (
    <section className="part" aria-label="Posts with this link">
      <b className="b">{posts.length === 1 ? 'The post with it' : 'Posts with it'}</b>
      <ul className="grid" style={{ gap: 6 }}>
        {posts.map((post) => (
          <li key={post.id}>
            <a className="lk" href={post.url} target="_blank" rel="noreferrer noopener">
              {post.title} <span className="vh">(opens {platformName(post.platform)})</span>
            </a>
            <span className="sm dim blk">
              {platformName(post.platform)}, {formatDate(post.publishedAt)}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Whether the destination works. A look that was asked for is done by the server some seconds later, so its outcome is waited for. */
function Health({ link, mayChange, again }: { link: WholeLink; mayChange: boolean; again: () => void }) {
  const [, check] = useMutation(CheckLinkHealthDocument);
  const deed = useDeed();
  const [waiting, setWaiting] = useState<{ since: string | null; looks: number } | null>(null);
  const seen = link.health.checkedAt ?? null;
  const looking = waiting !== null && waiting.since === seen && waiting.looks < LOOKS_MAX;
  const read = useRef(again);
  useEffect(() => {
    read.current = again;
  });
  useEffect(() => {
    if (!looking) return;
    const timer = setTimeout(() => {
      read.current();
      setWaiting((old) => old && { ...old, looks: old.looks + 1 });
    }, LOOK_AGAIN_MS);
    return () => clearTimeout(timer);
  }, [looking, waiting]);
  return (
    <section className="part" aria-label="Whether it works">
      <div className="row between g3">
        <b className="b">The page it leads to</b>
        {mayChange && (
          <Button
            small
            icon="retry"
            busy={deed.busy || looking}
            onClick={() =>
              void deed
                .run(async () => errorsOf(await check({ input: { linkId: link.id } }), (data) => data.checkLinkHealth))
                .then((asked) => {
                  if (asked) setWaiting({ since: seen, looks: 0 });
                })
            }
          >
            {looking ? 'Looking…' : 'Check now'}
          </Button>
        )}
      </div>
      <div role="status">
        <HealthStatus health={link.health} />
      </div>
      {waiting && !looking && waiting.since === seen && <p className="sm mut">The look takes longer than usual. Its outcome will stand here later.</p>}
      <FormErrors messages={deed.messages} />
    </section>
  );
}

/** The brand's word on whether there is anything to buy. It can be taken back, so it is not asked twice. */
function Stock({ link, mayChange }: { link: WholeLink; mayChange: boolean }) {
  const [, update] = useMutation(UpdateLinkDocument);
  const deed = useDeed();
  const out = link.outOfStockAt != null;
  const elsewhere = link.fallbackUrl ?? link.program.defaultDestinationUrl;
  return (
    <section className="part" aria-label="Stock">
      <div className="row between g3">
        {out ? <Status tone="wait">Out of stock since {formatDate(link.outOfStockAt ?? '')}</Status> : <Status tone="ok">Can be bought</Status>}
        {mayChange && (
          <Button
            small
            busy={deed.busy}
            onClick={() =>
              void deed
                .run(async () => errorsOf(await update({ input: { linkId: link.id, outOfStock: !out } }), (data) => data.updateLink))
                .then((done) => {
                  if (done) toast(out ? 'The link leads to the product again.' : 'Shoppers are led elsewhere from now on.');
                })
            }
          >
            {out ? 'It is back' : 'Out of stock'}
          </Button>
        )}
      </div>
      <p className="sm mut">
        {out ? 'Shoppers who follow the link come to ' : 'When you say it is out of stock, shoppers who follow the link come to '}
        <span className="wordbreak">{shown(elsewhere)}</span>
        {out ? ' instead of the product. Orders there still count for the creator.' : ' instead, and orders there still count for the creator. The address that was shared stays the same.'}
      </p>
      <FormErrors messages={deed.messages} />
    </section>
  );
}

function EditLink({ link }: { link: WholeLink }) {
  const [, update] = useMutation(UpdateLinkDocument);
  const form = useForm({
    initial: { label: link.label, campaign: link.campaign, subId: link.subId ?? '', destinationUrl: link.destinationUrl, fallbackUrl: link.fallbackUrl ?? '' },
    async send(values) {
      const input = {
        linkId: link.id,
        label: values.label.trim(),
        campaign: values.campaign.trim(),
        subId: values.subId.trim() || null,
        destinationUrl: values.destinationUrl.trim() || link.program.defaultDestinationUrl,
        fallbackUrl: values.fallbackUrl.trim() || null,
      };
      const errors = errorsOf(await update({ input }), (data) => data.updateLink);
      if (errors.length === 0) toast('Saved. The shared address stays the same.');
      return errors;
    },
  });
  const text = (key: keyof typeof form.values) => ({ value: form.values[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key) });
  const { destinationUrl, campaign, subId } = form.values;
  return (
    <form id="edit-link" className="grid" onSubmit={form.onSubmit} noValidate>
      <TextField label="Name" maxLength={120} hint="Stands on the public page of links." {...text('label')} />
      <TextField label="Where it leads" type="url" inputMode="url" placeholder={link.program.defaultDestinationUrl} hint="A page of the shop." {...text('destinationUrl')} />
      <TextField label="Campaign" maxLength={120} hint="What the link is for. Below you see whether the shop learns it." {...text('campaign')} />
      <TextField label="Own mark" maxLength={128} hint="Kept with every click, for your own records." {...text('subId')} />
      <TextField label="Where it leads when the product is out of stock" type="url" inputMode="url" placeholder={link.program.defaultDestinationUrl} hint="Also once the link is archived. Left empty, the program’s own page." {...text('fallbackUrl')} />
      <FormErrors messages={form.rest} />
      <Arrival draft={{ partnershipId: link.partnership.id, platform: link.platform, destinationUrl, campaign, subId }} />
    </form>
  );
}
