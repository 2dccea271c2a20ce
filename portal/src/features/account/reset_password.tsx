import { useNavigate, useSearchParams } from 'react-router';
import { useMutation } from 'urql';
import { graphql } from '@/gql';
import { FormErrors, TextField, useForm } from '@/ui/form';
import { toast } from '@/ui/toast';
import { wordsFor } from '@/ui/trouble';
import { Gate, StreamButton } from './gate';

const ResetDocument = graphql(`
  mutation ResetPassword($input: ResetPasswordInput!) {
    resetPassword(input: $input) {
      done
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** Sets a new password with the token of the mail (?token=…). */
export default function ResetPassword() {
  const [params] = useSearchParams();
  const navigate = useNavigate();
  const [, reset] = useMutation(ResetDocument);
  const form = useForm({
    initial: { password: '' },
    async send({ password }) {
      const result = await reset({ input: { token: params.get('token') ?? '', password } });
      if (result.error) throw new Error(`${wordsFor(result.error).title}. ${wordsFor(result.error).text}`);
      if (result.data?.resetPassword.done) {
        toast('Your new password is set. Sign in with it.');
        void navigate('/sign-in');
      }
      return result.data?.resetPassword.userErrors;
    },
  });
  return (
    <Gate title="New password" line="All other sessions of your account end.">
      <form className="frm" onSubmit={form.onSubmit} noValidate>
        <TextField label="New password" type="password" name="password" autoComplete="new-password" hint="At least 10 characters." value={form.values.password} onValue={(value) => form.set('password', value)} error={form.errorAt('password')} />
        <FormErrors messages={form.rest} />
        <StreamButton busy={form.busy}>Set the password</StreamButton>
      </form>
    </Gate>
  );
}
