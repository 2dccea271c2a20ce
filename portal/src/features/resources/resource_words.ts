import type { ResourceKind } from '@/gql/graphql';
import type { IconName } from '@/ui/icon';

/** What a resource is for, in the plural for headings and filters. */
export const RESOURCE_KINDS: readonly { value: ResourceKind; label: string; one: string; icon: IconName }[] = [
  { value: 'GUIDELINE', label: 'Guidelines', one: 'Guideline', icon: 'flag' },
  { value: 'EDUCATION', label: 'About the products', one: 'About the products', icon: 'leaf' },
  { value: 'EXAMPLE', label: 'Examples that worked', one: 'Example', icon: 'star' },
];

/** Words and icon of one resource. */
export const resourceKind = (kind: ResourceKind) => RESOURCE_KINDS.find((entry) => entry.value === kind) ?? { value: kind, label: 'Resources', one: 'Resource', icon: 'book' as const };
