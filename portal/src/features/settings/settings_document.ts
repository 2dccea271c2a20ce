import { graphql } from '@/gql';

export const SettingsDocument = graphql(`
  query CreatorSettings {
    viewer {
      creator {
        ...CreatorProfile
      }
    }
  }
`);

export const CreatorProfileFragmentDocument = graphql(`
  fragment CreatorProfile on Creator {
    id
    handle
    name
    bio
    country
    languages
    niches
    aliases
    websiteUrl
    socialAccounts {
      ...SocialAccountFields
    }
  }
`);

/** Where a creator publishes. */
export const SocialAccountFields = graphql(`
  fragment SocialAccountFields on SocialAccount {
    id
    platform
    handle
    url
    followers
    engagement
    verifiedAt
  }
`);

export const SaveProfileDocument = graphql(`
  mutation SaveCreatorProfile($input: UpdateCreatorProfileInput!) {
    updateCreatorProfile(input: $input) {
      creator {
        ...CreatorProfile
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const AddSocialAccountDocument = graphql(`
  mutation AddSocialAccount($input: AddSocialAccountInput!) {
    addSocialAccount(input: $input) {
      socialAccount {
        id
        platform
        handle
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const SecurityDocument = graphql(`
  query AccountSecurity {
    viewer {
      user {
        id
        email
        emailVerified
        totpEnabled
        createdAt
      }
    }
  }
`);

export const EnrollTotpDocument = graphql(`
  mutation EnrollTotp($input: EnrollTotpInput!) {
    enrollTotp(input: $input) {
      otpauthUrl
      secret
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const ConfirmTotpDocument = graphql(`
  mutation ConfirmTotp($input: ConfirmTotpInput!) {
    confirmTotp(input: $input) {
      done
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const SignOutEverywhereDocument = graphql(`
  mutation SignOutEverywhere($input: SignOutInput) {
    signOut(input: $input) {
      done
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
