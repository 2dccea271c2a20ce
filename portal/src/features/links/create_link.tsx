import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { Button, CopyButton } from '@/ui/button';
import { FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { SidePanel } from '@/ui/panel';
import { Status } from '@/ui/status';
import { AddressWords } from './address';
import { Arrival } from './arrival';
import type { Sharing } from './kit';
import { CreateLinkDocument } from './links_document';

/** Who makes it: the creator for themselves, or the brand for a creator. */
export type Side = 'creator' | 'brand';

const WORDS: Record<Side, Record<'who' | 'choose' | 'where' | 'name' | 'nameHint' | 'works' | 'then', string>> = {
  creator: {
    who: 'Program',
    choose: 'Choose a program',
    where: 'Where you share it',
    name: 'Your name for it',
    nameHint: 'Stands on your public page of links: “Winter set”, “The serum I use”. A link for each post shows what each post brings.',
    works: 'Your link works from now on',
    then: 'Put it where your audience sees it. Clicks show up here as they happen.',
  },
  brand: {
    who: 'Creator',
    choose: 'Choose a creator',
    where: 'Where it is shared',
    name: 'What to call it',
    nameHint: 'Stands on the creator’s public page of links. A link for each post shows what each post brings.',
    works: 'The link works from now on',
    then: 'The creator finds it among their links. Clicks show up here as they happen.',
  },
};

const CHANGES = { additionalTypenames: ['Link'] };

/** Makes a link: program and platform are enough, the rest has good defaults. */
export function CreateLink({ side, sharings, partnershipId, platform, onClose }: { side: Side; sharings: readonly Sharing[]; partnershipId: string; platform: Platform; onClose: () => void }) {
  const words = WORDS[side];
  const [, createLink] = useMutation(CreateLinkDocument);
  const [made, setMade] = useState<string | null>(null);
  const form = useForm({
    initial: { partnershipId: partnershipId || (sharings[0]?.id ?? ''), platform, destinationUrl: '', vanityCode: '', label: '', campaign: '', subId: '' },
    async send(values) {
      const result = await createLink(
        {
          input: {
            partnershipId: values.partnershipId,
            platform: values.platform,
            destinationUrl: values.destinationUrl.trim() || null,
            vanityCode: values.vanityCode.trim() || null,
            label: values.label.trim(),
            campaign: values.campaign.trim(),
            subId: values.subId.trim() || null,
          },
        },
        CHANGES,
      );
      if (result.error) throw asTrouble(result.error);
      const payload = result.data?.createLink;
      if (payload?.link) setMade(payload.link.url);
      return payload?.userErrors;
    },
  });
  const chosen = sharings.find((entry) => entry.id === form.values.partnershipId);
  return (
    <SidePanel
      label="New link"
      head={
        <span className="grow">
          <b className="b blk">New link</b>
          <span className="sm dim">{chosen ? `${chosen.name}, ${chosen.detail}` : words.choose}</span>
        </span>
      }
      onClose={onClose}
      foot={
        made === null ? (
          <Button kind="primary" wide type="submit" form="create-link" busy={form.busy}>
            Make the link
          </Button>
        ) : (
          <Button wide icon="plus" onClick={() => setMade(null)}>
            Make another
          </Button>
        )
      }
    >
      {made !== null ? (
        <div className="grid" role="status">
          <Status tone="ok">{words.works}</Status>
          <span className="code n">
            <AddressWords url={made} />
            <CopyButton text={made} label="Copy the link" />
          </span>
          <p className="mut">{words.then}</p>
        </div>
      ) : (
        <form id="create-link" className="grid" onSubmit={form.onSubmit} noValidate>
          <SelectField label={words.who} value={form.values.partnershipId} onValue={(value) => form.set('partnershipId', value)} options={sharings.map((entry) => ({ value: entry.id, label: `${entry.name} (${entry.detail})` }))} error={form.errorAt('partnershipId')} />
          <SelectField label={words.where} value={form.values.platform} onValue={(value) => form.set('platform', value as Platform)} options={PLATFORM_OPTIONS} error={form.errorAt('platform')} />
          <TextField label="Where it leads" type="url" inputMode="url" placeholder={chosen?.destination} hint="A page of the shop. Left empty, it leads to the program’s own page." value={form.values.destinationUrl} onValue={(value) => form.set('destinationUrl', value)} error={form.errorAt('destinationUrl')} />
          <TextField label="Ending of the address" autoCapitalize="none" spellCheck={false} hint="3 to 40 letters, digits and hyphens. Left empty, you get a short random one." value={form.values.vanityCode} onValue={(value) => form.set('vanityCode', value)} error={form.errorAt('vanityCode')} />
          <TextField label={words.name} hint={words.nameHint} value={form.values.label} onValue={(value) => form.set('label', value)} error={form.errorAt('label')} />
          <TextField label="Campaign" maxLength={120} hint="What the link is for: “Winter set”. Below you see whether the shop learns it." value={form.values.campaign} onValue={(value) => form.set('campaign', value)} error={form.errorAt('campaign')} />
          <details className="more">
            <summary>Own mark</summary>
            <TextField label="Own mark" maxLength={128} hint="Kept with every click, for your own records." value={form.values.subId} onValue={(value) => form.set('subId', value)} error={form.errorAt('subId')} />
          </details>
          <FormErrors messages={form.rest} />
          <Arrival draft={form.values} />
        </form>
      )}
    </SidePanel>
  );
}
