import { useEffect, useRef, useState } from 'react';
import { useSubscription } from 'urql';
import type { ClickActivitySubscription } from '@/gql/graphql';
import { formatNumber, formatRelative, plural } from '@/lib/format';
import { platformName } from '@/lib/platform';
import { useHidden } from '@/lib/visibility';
import { ClickActivityDocument } from './links_document';
import { shown } from './matrix';

/** Clicks that were counted at one moment. */
export type Activity = ClickActivitySubscription['clickActivity'];

/** At least this between two readings of the page that live clicks cause, milliseconds. */
const AGAIN_MS = 5_000;
/** How often "2 minutes ago" is said anew, milliseconds. */
const TICK_MS = 30_000;
/** Up to this many links are named. */
const NAMED = 2;

type ActivityLink = Activity['links'][number]['link'];

function nameOf(link: ActivityLink, ofBrand: boolean): string {
  const name = link.label || (link.platform === 'OTHER' ? shown(link.url) : `${platformName(link.platform)}, ${shown(link.url)}`);
  return ofBrand ? `${link.creator.name}: ${name}` : name;
}

/** What happened, in words: "3 new clicks on TikTok bio". */
export function activityWords({ clicks, links }: Activity, ofBrand = false): string {
  const all = plural(clicks, 'new click', 'new clicks');
  const [most] = links;
  if (!most) return all;
  if (links.length === 1) return `${all} on ${nameOf(most.link, ofBrand)}`;
  if (links.length <= NAMED) return `${all}: ${links.map((entry) => `${formatNumber(entry.clicks)} on ${nameOf(entry.link, ofBrand)}`).join(', ')}`;
  return `${all} on ${formatNumber(links.length)} links, most on ${nameOf(most.link, ofBrand)}`;
}

/** When it happened, in words: "just now", "2 minutes ago". */
export function agoWords(at: string, now: Date): string {
  return now.getTime() - Date.parse(at) < 60_000 ? 'just now' : formatRelative(at, now);
}

/** The time, told anew now and then. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), TICK_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}

interface Seen {
  last: Activity | null;
}

/**
 * Clicks as they are counted: of a brand, or of the signed-in creator. Rests
 * while the tab is hidden. `again` reads the figures of the page anew, at most
 * once in some seconds, and once after a rest.
 */
export function useLiveClicks(brandId: string | null, again: () => void): { last: Activity | null; live: boolean; lost: boolean } {
  const hidden = useHidden();
  const [{ data, error }] = useSubscription({ query: ClickActivityDocument, variables: { brandId }, pause: hidden }, (before: Seen | undefined, next): Seen => ({ last: next.clickActivity.clicks > 0 ? next.clickActivity : (before?.last ?? null) }));
  const last = data?.last ?? null;
  const read = useRef(again);
  useEffect(() => {
    read.current = again;
  });
  const rested = useRef(false);
  useEffect(() => {
    if (hidden) rested.current = true;
    else if (rested.current) {
      rested.current = false;
      read.current();
    }
  }, [hidden]);
  const at = last?.at;
  const readAt = useRef(0);
  useEffect(() => {
    if (!at) return;
    const timer = setTimeout(() => {
      readAt.current = Date.now();
      read.current();
    }, Math.max(0, readAt.current + AGAIN_MS - Date.now()));
    return () => clearTimeout(timer);
  }, [at]);
  return { last, live: data !== undefined && !error && !hidden, lost: error !== undefined };
}
