import { useState } from 'react';
import { useNavigate } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { asTrouble } from '@/api/trouble';
import { session } from '@/auth/session';
import { formatDate } from '@/lib/format';
import { Button, CopyButton } from '@/ui/button';
import { Card } from '@/ui/card';
import { Facts } from '@/ui/figures';
import { CodeField, FormErrors, TextField, useForm } from '@/ui/form';
import { BlockSkeleton } from '@/ui/skeleton';
import { Status } from '@/ui/status';
import { toast } from '@/ui/toast';
import { ErrorState } from '@/ui/trouble';
import { ConfirmTotpDocument, EnrollTotpDocument, SecurityDocument, SignOutEverywhereDocument } from './settings_document';
import './settings.css';

/** How a person signs in: their address, the authenticator, and all devices at once. */
export function Security() {
  const [{ data, error }, again] = useQuery({ query: SecurityDocument });
  const user = data?.viewer?.user;
  if (!user) {
    return (
      <Card label="Signing in">{error ? <ErrorState error={error} onRetry={() => again({ requestPolicy: 'network-only' })} /> : <BlockSkeleton height={260} />}</Card>
    );
  }
  return (
    <div className="grid setcard">
      <Card title="Your account" pad>
        <Facts
          items={[
            { name: 'E-mail', value: user.email },
            { name: 'Address', value: <Status tone={user.emailVerified ? 'ok' : 'wait'}>{user.emailVerified ? 'Confirmed' : 'Not confirmed: open the link in our mail'}</Status> },
            { name: 'Since', value: formatDate(user.createdAt, 'full') },
          ]}
        />
      </Card>
      <Card title="Second step when signing in" pad>
        {user.totpEnabled ? (
          <Status tone="ok" detail="Signing in asks for the six figures of your authenticator app.">
            On
          </Status>
        ) : (
          <Authenticator onDone={() => again({ requestPolicy: 'network-only' })} />
        )}
      </Card>
      <SignOutEverywhere />
    </div>
  );
}

function Authenticator({ onDone }: { onDone: () => void }) {
  const [, enroll] = useMutation(EnrollTotpDocument);
  const [secret, setSecret] = useState<{ secret: string; url: string } | null>(null);
  const form = useForm({
    initial: { password: '' },
    async send({ password }) {
      const result = await enroll({ input: { password } });
      if (result.error) throw asTrouble(result.error);
      const payload = result.data?.enrollTotp;
      if (payload?.secret && payload.otpauthUrl) setSecret({ secret: payload.secret, url: payload.otpauthUrl });
      return payload?.userErrors;
    },
  });
  if (secret) return <ConfirmAuthenticator secret={secret} onDone={onDone} />;
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut measure">With an authenticator app on your phone a stolen password alone opens nothing.</p>
      <TextField label="Your password" type="password" autoComplete="current-password" value={form.values.password} onValue={(value) => form.set('password', value)} error={form.errorAt('password')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          Add an authenticator app
        </Button>
      </div>
    </form>
  );
}

function ConfirmAuthenticator({ secret, onDone }: { secret: { secret: string; url: string }; onDone: () => void }) {
  const [, confirm] = useMutation(ConfirmTotpDocument);
  const form = useForm({
    initial: { code: '' },
    async send({ code }) {
      const result = await confirm({ input: { code } });
      if (result.error) throw asTrouble(result.error);
      if (result.data?.confirmTotp.done) {
        toast('From now on signing in asks for a code.');
        onDone();
      }
      return result.data?.confirmTotp.userErrors;
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut measure">
        Put this key into your authenticator app, or{' '}
        <a className="lk" href={secret.url}>
          open the app on this device
        </a>
        . It is shown this once.
      </p>
      <span className="code n">
        <span className="secret">{secret.secret.replace(/(.{4})(?=.)/g, '$1 ')}</span>
        <CopyButton text={secret.secret} label="Copy the key" />
      </span>
      <div style={{ maxWidth: 320 }}>
        <CodeField label="The six figures that the app shows now" value={form.values.code} onValue={(value) => form.set('code', value)} error={form.errorAt('code')} />
      </div>
      <FormErrors messages={form.rest} />
      <div>
        <Button kind="primary" type="submit" busy={form.busy}>
          Turn it on
        </Button>
      </div>
    </form>
  );
}

function SignOutEverywhere() {
  const [{ fetching }, signOut] = useMutation(SignOutEverywhereDocument);
  const [problems, setProblems] = useState<string[]>([]);
  const navigate = useNavigate();

  async function leave() {
    const result = await signOut({ input: { everywhere: true } });
    if (result.error) setProblems([asTrouble(result.error).message]);
    else if (result.data?.signOut.done) {
      session.drop();
      void navigate('/sign-in');
    } else setProblems(result.data?.signOut.userErrors.map((entry) => entry.message) ?? []);
  }

  return (
    <Card title="Every device" pad>
      <p className="mut measure">Ends every session of your account, this one too. Do it when a phone is lost.</p>
      <FormErrors messages={problems} />
      <Button className="mt" icon="out" busy={fetching} onClick={() => void leave()}>
        Sign out everywhere
      </Button>
    </Card>
  );
}
