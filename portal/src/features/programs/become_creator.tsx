import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import { countryOptions } from '@/lib/country';
import { Button } from '@/ui/button';
import { FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { BecomeCreatorDocument } from './program_document';

const CHANGES = { additionalTypenames: ['Viewer', 'Creator', 'Program'] };

/** A signed-in person without a creator profile makes one before they apply. */
export function BecomeCreator({ name }: { name: string }) {
  const [, save] = useMutation(BecomeCreatorDocument);
  const form = useForm({
    initial: { handle: '', name, country: '' },
    async send(values) {
      const result = await save({ input: { handle: values.handle.trim().replace(/^@/, ''), name: values.name.trim(), country: values.country } }, CHANGES);
      if (result.error) throw asTrouble(result.error);
      return result.data?.updateCreatorProfile.userErrors;
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut">You are signed in, but not as a creator yet.</p>
      <TextField label="Name as people know you" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
      <TextField label="Handle" autoCapitalize="none" spellCheck={false} hint="Your name in links: 3 to 30 letters and digits." value={form.values.handle} onValue={(value) => form.set('handle', value)} error={form.errorAt('handle')} />
      <SelectField label="Where you live" placeholder="Choose a country" options={countryOptions()} value={form.values.country} onValue={(value) => form.set('country', value)} error={form.errorAt('country')} />
      <FormErrors messages={form.rest} />
      <Button kind="primary" wide type="submit" busy={form.busy}>
        Become a creator
      </Button>
    </form>
  );
}
