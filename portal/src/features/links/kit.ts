import type { Platform } from '@/gql/graphql';
import { PLATFORMS } from '@/lib/platform';
import type { OwnLink } from './links_document';
import type { MatrixRow, RowPartnership } from './matrix';

/** A partnership that links and codes are made for, as forms name it. */
export interface Sharing {
  id: string;
  /** The program to its creator, the creator to a brand. */
  name: string;
  /** Whose program it is, or which. */
  detail: string;
  /** Where its links lead when nothing else is said. */
  destination: string;
}

/** A partnership with what it has for a kit already. */
export interface KitRow extends Sharing {
  links: readonly OwnLink[];
  hasCode: boolean;
}

/** The rows of the matrix that new links can be made in. */
export function kitRows<P extends RowPartnership>(rows: readonly MatrixRow<P>[], sharing: (partnership: P) => Sharing): KitRow[] {
  return rows.filter((row) => row.open).map((row) => ({ ...sharing(row.partnership), links: [...row.links.values()].flat(), hasCode: row.codes.length > 0 }));
}

/** The chosen platforms, in their order, on which a row has no link yet: none of the campaign, or none at all where no campaign is named. */
export function missingIn(row: KitRow, platforms: ReadonlySet<Platform>, campaign: string): Platform[] {
  const wanted = campaign.trim();
  return PLATFORMS.filter((platform) => platforms.has(platform) && !row.links.some((link) => link.platform === platform && (wanted === '' || link.campaign === wanted)));
}
