import { graphql } from '@/gql';

export const MembersDocument = graphql(`
  query TeamMembers($brandId: ID!, $first: Int, $after: String) {
    brand(id: $brandId) {
      id
      members(first: $first, after: $after) {
        nodes {
          id
          roles
          rolesGrantedAt
          user {
            id
            name
            email
            totpEnabled
          }
        }
        pageInfo {
          ...PageInfoFields
        }
        totalCount
      }
    }
  }
`);

export const KeysDocument = graphql(`
  query TeamKeys($brandId: ID!, $first: Int, $after: String) {
    brand(id: $brandId) {
      id
      apiKeys(first: $first, after: $after) {
        nodes {
          id
          name
          prefix
          scopes
          createdAt
          lastUsedAt
          revokedAt
        }
        pageInfo {
          ...PageInfoFields
        }
        totalCount
      }
    }
  }
`);

export const InviteMemberDocument = graphql(`
  mutation InviteMember($input: InviteMemberInput!) {
    inviteMember(input: $input) {
      invitation {
        id
        email
        expiresAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const UpdateMemberDocument = graphql(`
  mutation UpdateMember($input: UpdateMemberInput!) {
    updateMember(input: $input) {
      membership {
        id
        roles
        rolesGrantedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const RemoveMemberDocument = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) {
      done
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const CreateApiKeyDocument = graphql(`
  mutation CreateApiKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      secret
      apiKey {
        id
        name
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

export const RevokeApiKeyDocument = graphql(`
  mutation RevokeApiKey($input: RevokeApiKeyInput!) {
    revokeApiKey(input: $input) {
      apiKey {
        id
        revokedAt
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);
