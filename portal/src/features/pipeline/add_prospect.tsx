import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import type { Platform } from '@/gql/graphql';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { Button, FormErrors, SelectField, SidePanel, TextField, toast, useForm } from '@/ui';
import { CreateProspectDocument } from './pipeline_document';

/** Words of a list that is typed with commas. */
export const listOf = (text: string): string[] => [...new Set(text.split(',').map((word) => word.trim()).filter(Boolean))];

/** Adds somebody to the pipeline: a name and where they publish is enough. */
export function AddProspect({ programId, programName, onClose, onMade }: { programId: string; programName: string; onClose: () => void; onMade: (id: string) => void }) {
  const [, create] = useMutation(CreateProspectDocument);
  const form = useForm({
    initial: { name: '', platform: 'INSTAGRAM' as Platform, handle: '', followers: '', email: '', profileUrl: '', source: '', niches: '' },
    async send(values) {
      const followers = values.followers.replace(/[\s.,’']/g, '');
      if (followers !== '' && !/^\d{1,10}$/.test(followers)) return [{ code: 'BAD_FORMAT', message: 'Write how many, in figures.', field: ['followers'] }];
      const answer = await create({
        input: {
          programId,
          name: values.name.trim(),
          platform: values.platform,
          handle: values.handle.trim(),
          followers: Number(followers),
          email: values.email.trim() || null,
          profileUrl: values.profileUrl.trim() || null,
          source: values.source.trim(),
          niches: listOf(values.niches),
        },
      });
      const errors = errorsOf(answer, (data) => data.createProspect);
      const made = answer.data?.createProspect.prospect;
      if (errors.length === 0 && made) {
        toast(`${made.name} is in “To contact” now`);
        onMade(made.id);
      }
      return errors;
    },
  });
  const text = (key: 'name' | 'handle' | 'followers' | 'email' | 'profileUrl' | 'source' | 'niches') => ({ value: form.values[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key) });
  return (
    <SidePanel
      label="Add a creator"
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">Add a creator</b>
          <span className="sm mut">to the pipeline of {programName}</span>
        </span>
      }
    >
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField label="Name" autoComplete="off" {...text('name')} />
        <SelectField label="Known from" value={form.values.platform} options={PLATFORM_OPTIONS} onValue={(value) => form.set('platform', value as Platform)} error={form.errorAt('platform')} />
        <TextField label="Name there" placeholder="without @" autoComplete="off" autoCapitalize="none" spellCheck={false} {...text('handle')} />
        <TextField label="Followers" inputMode="numeric" autoComplete="off" className="n" {...text('followers')} />
        <TextField label="E-mail" type="email" autoComplete="off" hint="If you know it already." {...text('email')} />
        <TextField label="Address of the profile" type="url" placeholder="https://" autoComplete="off" {...text('profileUrl')} />
        <TextField label="What they publish about" hint="With commas between: skincare, slow fashion." {...text('niches')} />
        <TextField label="Where you found them" {...text('source')} />
        <FormErrors messages={form.rest} />
        <Button kind="primary" wide type="submit" busy={form.busy}>
          Add to the pipeline
        </Button>
      </form>
    </SidePanel>
  );
}
