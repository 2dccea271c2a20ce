import type { PartnershipStatus, Platform } from '@/gql/graphql';
import { PLATFORMS } from '@/lib/platform';
import type { OwnCode, OwnLink } from './links_document';

/** Partnerships whose links lead somewhere that may count, now or again. */
const SHARING: readonly PartnershipStatus[] = ['ACTIVE', 'PAUSED', 'RETIRING'];

/** What stands in a row: a program of the creator, or a creator of the brand. */
export interface RowPartnership {
  id: string;
  status: PartnershipStatus;
  codes: readonly OwnCode[];
}

/** One partnership with its codes and its links by platform. */
export interface MatrixRow<P extends RowPartnership = RowPartnership> {
  partnership: P;
  codes: readonly OwnCode[];
  links: ReadonlyMap<Platform, readonly OwnLink[]>;
  /** New links and codes can be made. */
  open: boolean;
}

/** Clicks and sales of a link, or of a column. Sales are null while they are not known. */
export interface Counts {
  clicks: number;
  orders: number | null;
}

/** Partnerships × platforms. */
export interface LinkMatrix<P extends RowPartnership = RowPartnership> {
  rows: readonly MatrixRow<P>[];
  platforms: readonly Platform[];
}

/** The address without its scheme, as people write it. */
export const shown = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

const works = <T extends { archivedAt?: string | null }>(thing: T) => thing.archivedAt == null;

/**
 * Puts links under their partnership and platform. A platform has a column when
 * a link is there, when the creator publishes there, or when the page asks for it.
 */
export function matrixOf<P extends RowPartnership>(partnerships: readonly P[], links: readonly OwnLink[], wanted: readonly Platform[]): LinkMatrix<P> {
  const byPartnership = new Map<string, Map<Platform, OwnLink[]>>();
  for (const link of links) {
    if (!works(link)) continue;
    const own = byPartnership.get(link.partnership.id) ?? new Map<Platform, OwnLink[]>();
    own.set(link.platform, [...(own.get(link.platform) ?? []), link]);
    byPartnership.set(link.partnership.id, own);
  }
  const rows = partnerships
    .filter((partnership) => SHARING.includes(partnership.status))
    .map((partnership) => ({ partnership, codes: partnership.codes.filter(works), links: byPartnership.get(partnership.id) ?? new Map<Platform, OwnLink[]>(), open: partnership.status === 'ACTIVE' }));
  const used = new Set<Platform>([...rows.flatMap((row) => [...row.links.keys()]), ...wanted]);
  const platforms = PLATFORMS.filter((platform) => used.has(platform));
  return { rows, platforms: platforms.length > 0 ? platforms : ['INSTAGRAM', 'TIKTOK', 'YOUTUBE'] };
}

/** Ranges that figures of links are shown for. */
export type LinkRange = '7' | '30' | 'all';

/** Ranges for a picker. */
export const RANGES: readonly { value: LinkRange; label: string }[] = [
  { value: '7', label: 'Last 7 days' },
  { value: '30', label: 'Last 30 days' },
  { value: 'all', label: 'From the start' },
];

/** The range that the URL names. */
export const rangeOf = (text: string): LinkRange => RANGES.find((range) => range.value === text)?.value ?? '30';

/** Clicks a day of a link within a range, for its line. */
export const daysOf = (link: OwnLink, range: LinkRange): readonly number[] => (range === '7' ? link.clicksByDay.slice(-7) : link.clicksByDay);

/** Clicks and sales of a link in a range. `sales` are those of the range by link, null while they are not known. */
export function countsOf(link: OwnLink, range: LinkRange, sales: ReadonlyMap<string, number> | null): Counts {
  if (range === 'all') return link.totals;
  return { clicks: daysOf(link, range).reduce((total, count) => total + count, 0), orders: sales ? (sales.get(link.id) ?? 0) : null };
}

/** Counts of several links together. */
export function together(links: readonly OwnLink[], counts: (link: OwnLink) => Counts): Counts {
  let clicks = 0;
  let orders: number | null = 0;
  for (const link of links) {
    const own = counts(link);
    clicks += own.clicks;
    orders = orders === null || own.orders === null ? null : orders + own.orders;
  }
  return { clicks, orders };
}
