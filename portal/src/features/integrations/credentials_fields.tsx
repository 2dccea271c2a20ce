import type { IntegrationKind } from '@/gql/graphql';
import { TextField } from '@/ui';
import { credentialWords } from './credentials';

/** The fields for what a shop takes for its API. */
export function CredentialsFields({ kind, apiKey, apiSecret, onKey, onSecret, errorAt }: { kind: IntegrationKind; apiKey: string; apiSecret: string; onKey: (value: string) => void; onSecret: (value: string) => void; errorAt: (field: string) => string | undefined }) {
  const words = credentialWords(kind);
  if (!words) return null;
  return (
    <>
      {words.key && <TextField label={words.key.label} hint={words.key.hint} autoComplete="off" autoCapitalize="none" spellCheck={false} value={apiKey} onValue={onKey} error={errorAt('credentials.key')} />}
      <TextField label={words.secret.label} hint={words.secret.hint} type="password" autoComplete="off" value={apiSecret} onValue={onSecret} error={errorAt('credentials.secret') ?? errorAt('credentials')} />
      <p className="sm dim">{words.rights}</p>
    </>
  );
}
