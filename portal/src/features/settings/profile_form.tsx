import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { CreatorProfileFragment } from '@/gql/graphql';
import { countryOptions } from '@/lib/country';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { FormErrors, SelectField, TextArea, TextField, useForm } from '@/ui/form';
import { toast } from '@/ui/toast';
import { SaveProfileDocument } from './settings_document';

/** "de, en" as a list; empty parts fall out. */
export const splitWords = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,;\n]/)
      .map((part) => part.trim())
      .filter(Boolean),
  ),
];

/** What brands read about the creator. */
export function ProfileForm({ creator }: { creator: CreatorProfileFragment }) {
  const [, save] = useMutation(SaveProfileDocument);
  const form = useForm({
    initial: { name: creator.name, handle: creator.handle, bio: creator.bio, country: creator.country, languages: creator.languages.join(', '), niches: creator.niches.join(', '), aliases: creator.aliases.join(', '), websiteUrl: creator.websiteUrl ?? '' },
    async send(values) {
      const result = await save({
        input: {
          name: values.name.trim(),
          handle: values.handle.trim().replace(/^@/, ''),
          bio: values.bio.trim(),
          country: values.country,
          languages: splitWords(values.languages.toLowerCase()),
          niches: splitWords(values.niches),
          aliases: splitWords(values.aliases),
          websiteUrl: values.websiteUrl.trim() || null,
        },
      });
      if (result.error) throw asTrouble(result.error);
      if (result.data?.updateCreatorProfile.creator) toast('Your profile is saved.');
      return result.data?.updateCreatorProfile.userErrors;
    },
  });
  return (
    <Card title="Profile" pad className="setcard">
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <div className="two2">
          <TextField label="Name as people know you" autoComplete="name" value={form.values.name} onValue={(value) => form.set('name', value)} error={form.errorAt('name')} />
          <TextField label="Handle" autoCapitalize="none" spellCheck={false} hint="Your name in addresses." value={form.values.handle} onValue={(value) => form.set('handle', value)} error={form.errorAt('handle')} />
        </div>
        <TextArea label="About you" rows={4} maxLength={2000} hint="What you make, for whom, and what you would never advertise." value={form.values.bio} onValue={(value) => form.set('bio', value)} error={form.errorAt('bio')} />
        <div className="two2">
          <SelectField label="Where you live" options={countryOptions()} value={form.values.country} onValue={(value) => form.set('country', value)} error={form.errorAt('country')} />
          <TextField label="Languages" hint="Two letters each, with commas: en, de." value={form.values.languages} onValue={(value) => form.set('languages', value)} error={form.errorAt('languages')} />
        </div>
        <TextField label="What you publish about" hint="With commas: skin care, running, small kitchens." value={form.values.niches} onValue={(value) => form.set('niches', value)} error={form.errorAt('niches')} />
        <TextField label="Other names that people call you" hint="With commas. When a customer names one of them, the brand is asked whether you are meant." value={form.values.aliases} onValue={(value) => form.set('aliases', value)} error={form.errorAt('aliases') ?? form.errorAt('aliases.0')} />
        <TextField label="Website" type="url" inputMode="url" placeholder="https://" value={form.values.websiteUrl} onValue={(value) => form.set('websiteUrl', value)} error={form.errorAt('websiteUrl')} />
        <FormErrors messages={form.rest} />
        <div>
          <Button kind="primary" type="submit" busy={form.busy}>
            Save the profile
          </Button>
        </div>
      </form>
    </Card>
  );
}
