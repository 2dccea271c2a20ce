import { Link, useSearchParams } from 'react-router';
import { useMutation } from 'urql';
import { graphql } from '@/gql';
import { FormErrors, useForm } from '@/ui/form';
import { Status } from '@/ui/status';
import { wordsFor } from '@/ui/trouble';
import { useState } from 'react';
import { Gate, StreamButton } from './gate';

const VerifyDocument = graphql(`
  mutation VerifyEmail($input: VerifyEmailInput!) {
    verifyEmail(input: $input) {
      done
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Confirms an address with the token of the mail (?token=…); by a press, since mail scanners open links. */
export default function VerifyEmail() {
  const [params] = useSearchParams();
  const [, verify] = useMutation(VerifyDocument);
  const [done, setDone] = useState(false);
  const form = useForm({
    initial: {},
    async send() {
      const result = await verify({ input: { token: params.get('token') ?? '' } });
      if (result.error) throw new Error(`${wordsFor(result.error).title}. ${wordsFor(result.error).text}`);
      setDone(result.data?.verifyEmail.done === true);
      return result.data?.verifyEmail.userErrors;
    },
  });
  return (
    <Gate title="Confirm your address" line="So that statements and notices reach you.">
      <form className="frm" onSubmit={form.onSubmit}>
        <FormErrors messages={form.rest} />
        {done ? (
          <div role="status">
            <Status tone="ok">Your address is confirmed</Status>
          </div>
        ) : (
          <StreamButton busy={form.busy}>Confirm</StreamButton>
        )}
      </form>
      <p style={{ marginTop: 20 }} className="mut">
        <Link className="lk" to="/">Go to your pages</Link>
      </p>
    </Gate>
  );
}
