import { useEffect, useRef, useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
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
import { Archive } from './archive';
import { Arrival } from './arrival';
import { HealthStatus } from './health';
import { CheckLinkHealthDocument, LinkPanelDocument, UpdateLinkDocument } from './links_document';
import { shown } from './matrix';
import { QrCode } from './qr';

const CONTEXT = { additionalTypenames: ['Link'] };

/** After somebody asked for a look, its outcome is read again this often and at most so many times, milliseconds. */
const LOOK_AGAIN_MS = 2_000;
const LOOKS_MAX = 15;

/** A link with all that can be said of it. */
export type WholeLink = NonNullable<LinkPanelQuery['link']>;

/** Everything about one link: its code to scan, where it leads, whether that works, and its words. */
export function LinkPanel({ id, side, mayChange, onClose }: { id: string; side: 'creator' | 'brand'; mayChange: boolean; onClose: () => void }) {
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
            <>
              <Button kind="primary" type="submit" form="edit-link" className="grow">
                Save
              </Button>
              <Button kind="danger" icon="trash" onClick={() => setArchiving(true)}>
                Archive
              </Button>
            </>
          ) : undefined
        }
      >
        {link ? (
          <div className="grid linkpanel">
            <span className="code n">
              <span className="ell">{shown(link.url)}</span>
              <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
            </span>
            {link.archivedAt ? <Status tone="quiet">Archived on {formatDate(link.archivedAt)}. It earns nothing any more.</Status> : <QrCode link={link} />}
            <p className="sm mut n">
              {plural(link.totals.clicks, 'click', 'clicks')} and {formatNumber(link.totals.orders, { digits: 1 })} {link.totals.orders === 1 ? 'sale' : 'sales'} since {formatDate(link.createdAt)}.
            </p>
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
      <TextField label="Campaign" maxLength={120} hint="Stands in the shop’s own statistics." {...text('campaign')} />
      <TextField label="Own mark" maxLength={128} hint="Kept with every click, for your own records." {...text('subId')} />
      <TextField label="Where it leads when the product is out of stock" type="url" inputMode="url" placeholder={link.program.defaultDestinationUrl} hint="Also once the link is archived. Left empty, the program’s own page." {...text('fallbackUrl')} />
      <FormErrors messages={form.rest} />
      <Arrival draft={{ partnershipId: link.partnership.id, platform: link.platform, destinationUrl, campaign, subId }} />
    </form>
  );
}
