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
    websiteUrl
    socialAccounts {
      id
      platform
      handle
      url
      followers
      engagement
      verifiedAt
    }
  }
`);

export const SaveProfileDocument = graphql(`
  mutation SaveCreatorProfile($input: UpdateCreatorProfileInput!) {
    updateCreatorProfile(input: $input) {
      creator {
        ...CreatorProfile
      }
      userErrors {
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
      }
    }
  }
`);

export const ConfirmTotpDocument = graphql(`
  mutation ConfirmTotp($input: ConfirmTotpInput!) {
    confirmTotp(input: $input) {
      done
      userErrors {
        code
        message
        field
      }
    }
  }
`);

export const SignOutEverywhereDocument = graphql(`
  mutation SignOutEverywhere($input: SignOutInput) {
    signOut(input: $input) {
      done
      userErrors {
        code
        message
        field
      }
    }
  }
`);
