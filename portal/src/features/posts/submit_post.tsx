import { useMutation, useQuery } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { Button } from '@/ui/button';
import { CheckField, FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { SidePanel } from '@/ui/panel';
import { toast } from '@/ui/toast';
import { PostPlacesDocument, SubmitPostDocument } from './posts_document';
import { localNow, platformOf, toInstant } from './post_input';

const CHANGES = { additionalTypenames: ['Post'] };
const GOING_ON = ['ACTIVE', 'RETIRING'];

/** Tells a post that is published: its address is enough to fill in the platform. */
export function SubmitPost({ onClose }: { onClose: () => void }) {
  const [{ data }] = useQuery({ query: PostPlacesDocument });
  const [, submit] = useMutation(SubmitPostDocument);
  const places = (data?.partnerships.nodes ?? []).filter((entry) => GOING_ON.includes(entry.status));
  const form = useForm({
    initial: { partnershipId: '', url: '', platform: '' as Platform | '', title: '', publishedAt: localNow(new Date()), linkId: '', disclosed: false },
    async send(values) {
      const partnershipId = values.partnershipId || (places[0]?.id ?? '');
      const publishedAt = toInstant(values.publishedAt);
      const missing = [];
      if (!values.url.trim()) missing.push({ code: 'REQUIRED', message: 'Paste the address of the post.', field: ['url'] });
      if (!values.platform) missing.push({ code: 'REQUIRED', message: 'Choose where it is.', field: ['platform'] });
      if (!values.title.trim()) missing.push({ code: 'REQUIRED', message: 'Say in a few words what it shows.', field: ['title'] });
      if (!publishedAt) missing.push({ code: 'REQUIRED', message: 'Say when it was published.', field: ['publishedAt'] });
      if (missing.length > 0 || !values.platform || !publishedAt) return missing;
      const result = await submit({ input: { partnershipId, platform: values.platform, url: values.url.trim(), title: values.title.trim(), publishedAt, disclosed: values.disclosed, linkId: values.linkId || null } }, CHANGES);
      if (result.error) throw asTrouble(result.error);
      const payload = result.data?.submitPost;
      if (payload?.post) {
        toast(`“${payload.post.title}” is in.`);
        onClose();
      }
      return payload?.userErrors;
    },
  });
  const partnershipId = form.values.partnershipId || (places[0]?.id ?? '');
  const links = (data?.links.nodes ?? []).filter((link) => link.partnership.id === partnershipId && link.archivedAt == null);
  return (
    <SidePanel
      label="Tell a post"
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">Tell a post</b>
          <span className="sm dim">So that the brand sees it, and its sales stand beside it</span>
        </span>
      }
      foot={
        <Button kind="primary" wide type="submit" form="submit-post" busy={form.busy}>
          Tell the post
        </Button>
      }
    >
      <form id="submit-post" className="grid" onSubmit={form.onSubmit} noValidate>
        <TextField
          label="Address of the post"
          type="url"
          inputMode="url"
          placeholder="https://"
          value={form.values.url}
          onValue={(value) => {
            form.set('url', value);
            const platform = platformOf(value);
            if (platform) form.set('platform', platform);
          }}
          error={form.errorAt('url')}
        />
        <SelectField label="Platform" placeholder="Choose one" value={form.values.platform} onValue={(value) => form.set('platform', value as Platform)} options={PLATFORM_OPTIONS} error={form.errorAt('platform')} />
        <TextField label="What it shows" maxLength={200} hint="For example: “Reel: winter barrier routine”." value={form.values.title} onValue={(value) => form.set('title', value)} error={form.errorAt('title')} />
        <SelectField label="Program" value={partnershipId} onValue={(value) => form.set('partnershipId', value)} options={places.map((entry) => ({ value: entry.id, label: `${entry.program.name} (${entry.program.brand.name})` }))} error={form.errorAt('partnershipId')} />
        <TextField label="Published" type="datetime-local" max={localNow(new Date())} value={form.values.publishedAt} onValue={(value) => form.set('publishedAt', value)} error={form.errorAt('publishedAt')} />
        {links.length > 0 && <SelectField label="The link used in it" placeholder="None, or another one" value={form.values.linkId} onValue={(value) => form.set('linkId', value)} options={links.map((link) => ({ value: link.id, label: link.url.replace(/^https?:\/\//, '') }))} error={form.errorAt('linkId')} />}
        <CheckField label="It is marked as advertising." checked={form.values.disclosed} onValue={(value) => form.set('disclosed', value)} error={form.errorAt('disclosed')} />
        <FormErrors messages={form.rest} />
      </form>
    </SidePanel>
  );
}
