import type { CodegenConfig } from '@graphql-codegen/cli';

const config: CodegenConfig = {
  schema: ['../schema.graphql'],
  documents: ['src/**/*.{ts,tsx}', '!src/gql/**'],
  ignoreNoDocuments: true,
  generates: {
    './src/gql/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: {
        useTypeImports: true,
        onlyOperationTypes: true,
        enumsAsTypes: true,
        skipTypename: false,
        scalars: {
          DateTime: 'string',
          Date: 'string',
          Decimal: 'string',
          CurrencyCode: 'string',
          CountryCode: 'string',
          URL: 'string',
          EmailAddress: 'string',
          BasisPoints: 'number',
        },
      },
    },
  },
};

export default config;
