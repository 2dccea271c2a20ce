import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { Button, CopyButton } from '@/ui/button';
import { FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { SidePanel } from '@/ui/panel';
import { Status } from '@/ui/status';
import { CreateLinkDocument, type LinkPartnership } from './links_document';
import { shown } from './matrix';

const CHANGES = { additionalTypenames: ['Link'] };

/** Makes a link: program and platform are enough, the rest has good defaults. */
export function CreateLink({ partnerships, partnershipId, platform, onClose }: { partnerships: readonly LinkPartnership[]; partnershipId: string; platform: Platform; onClose: () => void }) {
  const [, createLink] = useMutation(CreateLinkDocument);
  const [made, setMade] = useState<string | null>(null);
  const form = useForm({
    initial: { partnershipId: partnershipId || (partnerships[0]?.id ?? ''), platform, destinationUrl: '', vanityCode: '', label: '', campaign: '', subId: '' },
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
  const chosen = partnerships.find((entry) => entry.id === form.values.partnershipId);
  return (
    <SidePanel
      label="New link"
      head={
        <span className="grow">
          <b className="b blk">New link</b>
          <span className="sm dim">{chosen ? `${chosen.program.name}, ${chosen.program.brand.name}` : 'Choose a program'}</span>
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
          <Status tone="ok">Your link works from now on</Status>
          <span className="code n">
            <span className="ell">{shown(made)}</span>
            <CopyButton text={made} label="Copy the link" />
          </span>
          <p className="mut">Put it where your audience sees it. Clicks show up here within a minute.</p>
        </div>
      ) : (
        <form id="create-link" className="grid" onSubmit={form.onSubmit} noValidate>
          <SelectField label="Program" value={form.values.partnershipId} onValue={(value) => form.set('partnershipId', value)} options={partnerships.map((entry) => ({ value: entry.id, label: `${entry.program.name} (${entry.program.brand.name})` }))} error={form.errorAt('partnershipId')} />
          <SelectField label="Where you share it" value={form.values.platform} onValue={(value) => form.set('platform', value as Platform)} options={PLATFORM_OPTIONS} error={form.errorAt('platform')} />
          <TextField label="Where it leads" type="url" inputMode="url" placeholder={chosen?.program.defaultDestinationUrl} hint="A page of the shop. Left empty, it leads to the program’s own page." value={form.values.destinationUrl} onValue={(value) => form.set('destinationUrl', value)} error={form.errorAt('destinationUrl')} />
          <TextField label="Ending of the address" autoCapitalize="none" spellCheck={false} hint="3 to 40 letters, digits and hyphens. Left empty, you get a short random one." value={form.values.vanityCode} onValue={(value) => form.set('vanityCode', value)} error={form.errorAt('vanityCode')} />
          <TextField label="Your name for it" hint="Only you see it: “Bio”, “Story, March”." value={form.values.label} onValue={(value) => form.set('label', value)} error={form.errorAt('label')} />
          <details className="more">
            <summary>Campaign and own mark</summary>
            <div className="grid">
              <TextField label="Campaign" hint="Stands in the shop’s own statistics." value={form.values.campaign} onValue={(value) => form.set('campaign', value)} error={form.errorAt('campaign')} />
              <TextField label="Own mark" hint="Kept with every click, for your own records." value={form.values.subId} onValue={(value) => form.set('subId', value)} error={form.errorAt('subId')} />
            </div>
          </details>
          <FormErrors messages={form.rest} />
        </form>
      )}
    </SidePanel>
  );
}
