import type { ApiScope, Role } from '@/gql/graphql';
import { formatList } from '@/lib/format';

/** Roles with what they may do. */
export const ROLES: readonly { value: Role; label: string; detail: string }[] = [
  { value: 'OWNER', label: 'Owner', detail: 'Runs the brand: members, programs, approval of payouts' },
  { value: 'MANAGER', label: 'Manager', detail: 'Runs programs, creators and outreach' },
  { value: 'FINANCE', label: 'Finance', detail: 'Sets money aside, prepares and sends payouts, decides holds' },
  { value: 'ANALYST', label: 'Analyst', detail: 'Reads, without customers’ data' },
];

/** The roles in words: "Owner and Finance". */
export const rolesWords = (roles: readonly Role[]): string => formatList(ROLES.filter((role) => roles.includes(role.value)).map((role) => role.label)) || 'No role';

/** What a key may do, with what that means. */
export const SCOPES: readonly { value: ApiScope; label: string }[] = [
  { value: 'READ_PROGRAMS', label: 'Read programs, offers, policies and terms' },
  { value: 'WRITE_PROGRAMS', label: 'Draft programs' },
  { value: 'WRITE_CREATORS', label: 'Read and decide applications and partnerships' },
  { value: 'WRITE_TRACKING', label: 'Read and make links and codes' },
  { value: 'READ_ORDERS', label: 'Read orders with their attribution' },
  { value: 'WRITE_ORDERS', label: 'Record orders and refunds' },
  { value: 'READ_LEDGER', label: 'Read ledger and trial balance' },
  { value: 'WRITE_OUTREACH', label: 'Read and change the outreach pipeline' },
  { value: 'READ_PERFORMANCE', label: 'Read performance figures' },
];

/** What a key may do in words. */
export const scopeName = (scope: ApiScope): string => SCOPES.find((entry) => entry.value === scope)?.label ?? '';
