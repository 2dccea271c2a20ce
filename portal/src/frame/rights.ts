import type { Role } from '@/gql/graphql';
import { useFrame } from './context';

/** Which roles may do what. The server decides; a page only does not offer what would be refused. */
const ROLES_OF = {
  manageBrand: ['OWNER'],
  manageMembers: ['OWNER'],
  manageKeys: ['OWNER', 'MANAGER'],
  readAudit: ['OWNER', 'FINANCE'],
  writePrograms: ['OWNER', 'MANAGER'],
  writeCreators: ['OWNER', 'MANAGER'],
  writeTracking: ['OWNER', 'MANAGER'],
  readHolds: ['OWNER', 'MANAGER', 'FINANCE'],
  openHold: ['OWNER', 'MANAGER', 'FINANCE'],
  decideHold: ['OWNER', 'FINANCE'],
  readClaims: ['OWNER', 'MANAGER', 'FINANCE'],
  answerClaim: ['OWNER', 'MANAGER'],
  readCustomers: ['OWNER', 'MANAGER', 'FINANCE'],
  resolveSurvey: ['OWNER', 'MANAGER'],
  reassignSale: ['OWNER', 'MANAGER'],
  reassignPaidSale: ['OWNER'],
  confirmSale: ['OWNER', 'FINANCE'],
  readSuggestions: ['OWNER', 'MANAGER', 'FINANCE'],
  writeFunds: ['FINANCE'],
  preparePayouts: ['FINANCE'],
  approvePayouts: ['OWNER', 'FINANCE'],
  sendPayouts: ['FINANCE'],
  writeOutreach: ['OWNER', 'MANAGER'],
  manageIntegrations: ['OWNER', 'MANAGER'],
  writeOrders: ['OWNER', 'MANAGER'],
} as const satisfies Record<string, readonly Role[]>;

/** Something that only some roles of a brand may do. */
export type Deed = keyof typeof ROLES_OF;

/** True when one of the roles held allows the deed. */
export const allows = (roles: readonly Role[], deed: Deed): boolean => ROLES_OF[deed].some((role) => roles.includes(role));

/** Asks whether the signed-in person may do something in the brand of this page. */
export function useMay(): (deed: Deed) => boolean {
  const { hat } = useFrame();
  return (deed) => allows(hat.roles ?? [], deed);
}
