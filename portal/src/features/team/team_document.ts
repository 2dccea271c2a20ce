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
          hasNextPage
          endCursor
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
          hasNextPage
          endCursor
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
        code
        message
        field
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
        code
        message
        field
      }
    }
  }
`);

export const RemoveMemberDocument = graphql(`
  mutation RemoveMember($input: RemoveMemberInput!) {
    removeMember(input: $input) {
      done
      userErrors {
        code
        message
        field
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
        code
        message
        field
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
        code
        message
        field
      }
    }
  }
`);
