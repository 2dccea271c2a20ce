import type { PartnershipStatus, Platform } from '@/gql/graphql';
import { PLATFORMS } from '@/lib/platform';
import type { LinkPartnership, OwnCode, OwnLink } from './links_document';

/** Partnerships whose links lead somewhere that may count, now or again. */
const SHARING: readonly PartnershipStatus[] = ['ACTIVE', 'PAUSED', 'RETIRING'];

/** One program with its codes and its links by platform. */
export interface MatrixRow {
  partnership: LinkPartnership;
  codes: readonly OwnCode[];
  links: ReadonlyMap<Platform, readonly OwnLink[]>;
  /** New links and codes can be made. */
  open: boolean;
}

/** Programs × platforms. */
export interface LinkMatrix {
  rows: readonly MatrixRow[];
  platforms: readonly Platform[];
  totals: ReadonlyMap<Platform, { clicks: number; orders: number }>;
}

/** The address without its scheme, as people write it. */
export const shown = (url: string): string => url.replace(/^https?:\/\//, '').replace(/\/$/, '');

const works = <T extends { archivedAt?: string | null }>(thing: T) => thing.archivedAt == null;

/**
 * Puts links under their program and platform. A platform has a column when a
 * link is there, when the creator publishes there, or when the page asks for it.
 */
export function matrixOf(partnerships: readonly LinkPartnership[], links: readonly OwnLink[], wanted: readonly Platform[]): LinkMatrix {
  const live = links.filter(works);
  const rows = partnerships
    .filter((partnership) => SHARING.includes(partnership.status))
    .map((partnership) => {
      const own = new Map<Platform, OwnLink[]>();
      for (const link of live) {
        if (link.partnership.id === partnership.id) own.set(link.platform, [...(own.get(link.platform) ?? []), link]);
      }
      return { partnership, codes: partnership.codes.filter(works), links: own, open: partnership.status === 'ACTIVE' };
    });
  const used = new Set<Platform>([...rows.flatMap((row) => [...row.links.keys()]), ...wanted]);
  const platforms = PLATFORMS.filter((platform) => used.has(platform));
  const totals = new Map(
    platforms.map((platform) => {
      const all = rows.flatMap((row) => row.links.get(platform) ?? []);
      return [platform, { clicks: all.reduce((total, link) => total + link.totals.clicks, 0), orders: all.reduce((total, link) => total + link.totals.orders, 0) }];
    }),
  );
  return { rows, platforms: platforms.length > 0 ? platforms : ['INSTAGRAM', 'TIKTOK', 'YOUTUBE'], totals };
}
