import type { PerformanceGroup, PerformanceGroupsQuery } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { platformName } from '@/lib/platform';

/** One group of figures. */
export type GroupRow = PerformanceGroupsQuery['now']['rows'][number];

/** What rows can be grouped by, in the order of the picker. */
export const GROUPS: readonly { value: PerformanceGroup; label: string; many: string }[] = [
  { value: 'CREATOR', label: 'Creator', many: 'All creators' },
  { value: 'PLATFORM', label: 'Platform', many: 'All platforms' },
  { value: 'PROGRAM', label: 'Program', many: 'All programs' },
  { value: 'LINK', label: 'Link', many: 'All links' },
  { value: 'DAY', label: 'Day', many: 'All days' },
];

/** The name of a group for people. */
export function groupName(row: GroupRow): string {
  if (row.platform) return platformName(row.platform);
  if (row.creator) return row.creator.name;
  if (row.date) return formatDate(row.date, 'near');
  return row.label;
}

/** The second line of a group: whose link it is, the creator's name on the platform. */
export function groupDetail(row: GroupRow): string | undefined {
  if (row.creator) return `@${row.creator.handle}`;
  if (row.link) return `${row.link.creator.name}, ${platformName(row.link.platform)}`;
  return undefined;
}
