import { useState } from 'react';
import { Link, Navigate, useLocation } from 'react-router';
import { useMutation } from 'urql';
import { session } from '@/auth/session';
import { useSession } from '@/auth/use_session';
import { graphql } from '@/gql';
import { countryOptions } from '@/lib/country';
import { Segmented } from '@/ui/choice';
import { FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { wordsFor } from '@/ui/trouble';
import { Gate, StreamButton } from './gate';
import { wayBack } from './ways';

const SignUpDocument = graphql(`
  mutation SignUp($input: SignUpInput!) {
    signUp(input: $input) {
      accessToken
      expiresAt
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** The country of the reader's language, as a first guess: "en-GB" lives in GB. */
const likelyCountry = () => /-([A-Z]{2})$/.exec(navigator.language)?.[1] ?? '';

/** Make an account: as a creator with a handle, or to work in a brand. */
export default function SignUp() {
  const location = useLocation();
  const state = useSession();
  const [, signUp] = useMutation(SignUpDocument);
  const [kind, setKind] = useState<'creator' | 'brand'>('creator');
  const form = useForm({
    initial: { name: '', email: '', password: '', creatorHandle: '', country: likelyCountry() },
    fields: kind === 'creator' ? ['name', 'email', 'password', 'creatorHandle', 'country'] : ['name', 'email', 'password'],
    async send({ name, email, password, creatorHandle, country }) {
      const creator = kind === 'creator';
      const result = await signUp({
        input: {
          name: name.trim(),
          email: email.trim(),
          password,
          creatorHandle: creator ? creatorHandle.trim().replace(/^@/, '') : null,
          country: creator ? country || null : null,
        },
      });
      if (result.error) throw new Error(`${wordsFor(result.error, true).title}. ${wordsFor(result.error, true).text}`);
      const payload = result.data?.signUp;
      if (payload?.accessToken && payload.expiresAt) {
        session.accept({ accessToken: payload.accessToken, expiresAt: payload.expiresAt });
        return null;
      }
      return payload?.userErrors;
    },
  });

  if (state === 'signedIn') return <Navigate to={wayBack(location.search)} replace />;
  return (
    <Gate title="Make an account" line="One account holds every hat: creator, brand, finance.">
      <form className="frm" onSubmit={form.onSubmit} noValidate>
        <Segmented label="What you are here for" value={kind} options={[{ value: 'creator', label: 'I create' }, { value: 'brand', label: 'I work for a brand' }]} onChange={setKind} />
        <TextField label="Your name" name="name" autoComplete="name" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
        <TextField label="E-mail" type="email" name="email" autoComplete="email" inputMode="email" autoCapitalize="none" spellCheck={false} value={form.values.email} onValue={(value) => form.set('email', value)} error={form.errorAt('email')} />
        <TextField label="Password" type="password" name="password" autoComplete="new-password" hint="At least 10 characters." value={form.values.password} onValue={(value) => form.set('password', value)} error={form.errorAt('password')} />
        {kind === 'creator' && (
          <>
            <TextField label="Handle" name="handle" autoCapitalize="none" spellCheck={false} hint="Your name in links: 3 to 30 letters and digits." value={form.values.creatorHandle} onValue={(value) => form.set('creatorHandle', value)} error={form.errorAt('creatorHandle')} />
            <SelectField label="Country" name="country" autoComplete="country" placeholder="Choose one" options={countryOptions()} value={form.values.country} onValue={(value) => form.set('country', value)} error={form.errorAt('country')} />
          </>
        )}
        <FormErrors messages={form.rest} />
        <StreamButton busy={form.busy}>Make an account</StreamButton>
      </form>
      <p style={{ marginTop: 20 }} className="mut">
        You have one? <Link className="lk" to={`/sign-in${location.search}`}>Sign in</Link>
      </p>
    </Gate>
  );
}
