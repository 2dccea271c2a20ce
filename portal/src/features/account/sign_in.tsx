import { useState } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { useMutation } from 'urql';
import { session } from '@/auth/session';
import { useSession } from '@/auth/use_session';
import { useDemo } from '@/frame/demo_progress';
import { graphql } from '@/gql';
import { CodeField, FormErrors, TextField, useForm } from '@/ui/form';
import { wordsFor } from '@/ui/trouble';
import { Gate, StreamButton } from './gate';
import { wayBack } from './ways';

const SignInDocument = graphql(`
  mutation SignIn($input: SignInInput!) {
    signIn(input: $input) {
      accessToken
      expiresAt
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** The password of the demo's accounts, which exist in a sandbox only. */
const DEMO_PASSWORD = 'tributary-demo';

/** Sign in: e-mail and password, and the authenticator's code where the account has one. */
export default function SignIn() {
  const location = useLocation();
  const state = useSession();
  const [, signIn] = useMutation(SignInDocument);
  const demo = useDemo();
  const [asksCode, setAsksCode] = useState(false);
  const form = useForm({
    initial: { email: '', password: '', totpCode: '' },
    fields: asksCode ? ['email', 'password', 'totpCode'] : ['email', 'password'],
    async send({ email, password, totpCode }) {
      const result = await signIn({ input: { email: email.trim(), password, totpCode: totpCode || null } });
      if (result.error) throw new Error(`${wordsFor(result.error).title}. ${wordsFor(result.error).text}`);
      const payload = result.data?.signIn;
      if (payload?.accessToken && payload.expiresAt) {
        session.accept({ accessToken: payload.accessToken, expiresAt: payload.expiresAt });
        return null;
      }
      const errors = payload?.userErrors ?? [];
      const wantsCode = errors.some((error) => error.field?.[0] === 'totpCode');
      if (wantsCode && !asksCode) {
        // The password was right: the code is the only thing left to type, and no error yet.
        setAsksCode(true);
        return errors.filter((error) => error.code !== 'REQUIRED');
      }
      return errors;
    },
  });

  if (state === 'signedIn') return <Navigate to={wayBack(location.search)} replace />;
  return (
    <Gate
      title="Sign in"
      line="For creators, brands and finance."
      below={
        demo.logins.length > 0 && (
          <div className="feet">
            <span>Demo accounts{demo.progress && `, while their data is being made (${demo.progress})`}:</span>
            {demo.logins.map((email) => (
              <button key={email} type="button" className="lk" onClick={() => form.reset({ email, password: DEMO_PASSWORD, totpCode: '' })}>
                {email}
              </button>
            ))}
          </div>
        )
      }
    >
      <form className="frm" onSubmit={form.onSubmit} noValidate>
        <TextField label="E-mail" type="email" name="email" autoComplete="username" inputMode="email" autoCapitalize="none" spellCheck={false} value={form.values.email} onValue={(value) => form.set('email', value)} error={form.errorAt('email')} />
        <TextField label="Password" type="password" name="password" autoComplete="current-password" value={form.values.password} onValue={(value) => form.set('password', value)} error={form.errorAt('password')} aside={<Link className="lk" to="/forgotten">Forgotten it?</Link>} />
        {asksCode && <CodeField label="Code from your authenticator" focusFirst value={form.values.totpCode} onValue={(value) => form.set('totpCode', value)} error={form.errorAt('totpCode')} />}
        <FormErrors messages={form.rest} />
        <StreamButton busy={form.busy}>Sign in</StreamButton>
      </form>
      <p style={{ marginTop: 20 }} className="mut">
        New here? <Link className="lk" to="/sign-up">Make an account</Link>
      </p>
    </Gate>
  );
}
