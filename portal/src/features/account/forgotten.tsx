import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation } from 'urql';
import { graphql } from '@/gql';
import { FormErrors, TextField, useForm } from '@/ui/form';
import { Status } from '@/ui/status';
import { wordsFor } from '@/ui/trouble';
import { Gate, StreamButton } from './gate';

const ForgottenDocument = graphql(`
  mutation RequestPasswordReset($input: RequestPasswordResetInput!) {
    requestPasswordReset(input: $input) {
      done
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Asks for the mail with which a new password is set. */
export default function Forgotten() {
  const [, ask] = useMutation(ForgottenDocument);
  const [sent, setSent] = useState(false);
  const form = useForm({
    initial: { email: '' },
    async send({ email }) {
      const result = await ask({ input: { email: email.trim() } });
      if (result.error) throw new Error(`${wordsFor(result.error).title}. ${wordsFor(result.error).text}`);
      setSent(result.data?.requestPasswordReset.done === true);
      return result.data?.requestPasswordReset.userErrors;
    },
  });
  return (
    <Gate title="New password" line="We send you a mail with a link. It works once.">
      <form className="frm" onSubmit={form.onSubmit} noValidate>
        <TextField label="E-mail" type="email" name="email" autoComplete="username" value={form.values.email} onValue={(value) => form.set('email', value)} error={form.errorAt('email')} />
        <FormErrors messages={form.rest} />
        <StreamButton busy={form.busy}>Send the mail</StreamButton>
        <div role="status">{sent && <Status tone="ok" detail="It may take a minute. Nothing comes when there is no such account.">The mail is on its way</Status>}</div>
      </form>
      <p style={{ marginTop: 20 }} className="mut">
        <Link className="lk" to="/sign-in">Back to sign in</Link>
      </p>
    </Gate>
  );
}
