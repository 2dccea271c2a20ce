import { graphql } from '@/gql';
import type { CodeGuardFieldsFragment, FindingFieldsFragment, ProgramGuardFieldsFragment } from '@/gql/graphql';

export const EvidenceFields = graphql(`
  fragment EvidenceFields on HoldEvidence {
    kind
    signal
    seen
    limit
    of
    name
  }
`);

export const ProgramGuardFields = graphql(`
  fragment ProgramGuardFields on ProgramGuard {
    programId
    leakMode
    bannedMode
    findingMode
    bannedSources
    updatedAt
  }
`);

export const CodeGuardFields = graphql(`
  fragment CodeGuardFields on CodeGuard {
    code {
      id
      code
      platform
      creator {
        id
        name
      }
      program {
        id
        name
      }
    }
    mode
    programMode
    leakedAt
    clearedAt
    orders
    withoutClick
    fromCouponSites
    newCustomers
    lastDay
    signs {
      ...EvidenceFields
    }
  }
`);

export const FindingFields = graphql(`
  fragment FindingFields on Finding {
    id
    signal
    status
    createdAt
    seenAt
    evidence {
      ...EvidenceFields
    }
    partnership {
      id
      creator {
        id
        name
      }
      program {
        id
        name
      }
    }
    code {
      id
      code
    }
    link {
      id
      url
    }
  }
`);

/** How a program treats what looks wrong. */
export const ProgramGuardDocument = graphql(`
  query ProgramGuard($programId: ID!) {
    programGuard(programId: $programId) {
      ...ProgramGuardFields
    }
  }
`);

export const UpdateProgramGuardDocument = graphql(`
  mutation UpdateProgramGuard($input: UpdateProgramGuardInput!) {
    updateProgramGuard(input: $input) {
      guard {
        ...ProgramGuardFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** What a brand lets one creator do. */
export const PartnershipGuardDocument = graphql(`
  query PartnershipGuard($partnershipId: ID!) {
    partnershipGuard(partnershipId: $partnershipId) {
      partnershipId
      ownPurchases
      reason
      updatedAt
    }
  }
`);

export const UpdatePartnershipGuardDocument = graphql(`
  mutation UpdatePartnershipGuard($input: UpdatePartnershipGuardInput!) {
    updatePartnershipGuard(input: $input) {
      guard {
        partnershipId
        ownPurchases
        reason
        updatedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Codes as they were used lately, leaked ones first. */
export const CodeGuardsDocument = graphql(`
  query CodeGuards($brandId: ID!) {
    codeGuards(brandId: $brandId) {
      ...CodeGuardFields
    }
  }
`);

export const UpdateCodeGuardDocument = graphql(`
  mutation UpdateCodeGuard($input: UpdateCodeGuardInput!) {
    updateCodeGuard(input: $input) {
      guard {
        ...CodeGuardFields
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** What looks wrong over many orders or clicks. */
export const FindingsDocument = graphql(`
  query Findings($brandId: ID!) {
    findings(brandId: $brandId) {
      ...FindingFields
    }
  }
`);

export const CloseFindingDocument = graphql(`
  mutation CloseFinding($input: CloseFindingInput!) {
    closeFinding(input: $input) {
      finding {
        id
        status
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export type ProgramGuard = ProgramGuardFieldsFragment;
export type CodeGuard = CodeGuardFieldsFragment;
export type Finding = FindingFieldsFragment;
