import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { Confirm } from '@/ui/confirm';
import { toast } from '@/ui/toast';
import { ArchiveCodeDocument, ArchiveLinkDocument, type OwnCode } from './links_document';
import { shown } from './matrix';

/** What is about to be archived. */
export type Archiving = { link: { id: string; url: string } } | { code: OwnCode };

/** Archiving cannot be taken back, so it is asked first, with what follows from it. */
export function Archive({ what, onClose }: { what: Archiving; onClose: () => void }) {
  const [, archiveLink] = useMutation(ArchiveLinkDocument);
  const [, archiveCode] = useMutation(ArchiveCodeDocument);
  const deed = useDeed();
  const name = 'link' in what ? shown(what.link.url) : what.code.code;

  async function send() {
    return 'link' in what
      ? errorsOf(await archiveLink({ input: { linkId: what.link.id } }), (data) => data.archiveLink)
      : errorsOf(await archiveCode({ input: { codeId: what.code.id } }, { additionalTypenames: ['Partnership'] }), (data) => data.archiveCode);
  }

  return (
    <Confirm
      open
      title={`Archive ${name}?`}
      button="Archive"
      {...deed}
      onClose={onClose}
      onConfirm={() =>
        void deed.run(send).then((done) => {
          if (!done) return;
          toast(`${name} is archived.`);
          onClose();
        })
      }
    >
      {'link' in what
        ? 'Whoever still follows it comes to the page for links that are over, or to the brand’s site, but it earns nothing any more. Sales until now stay with the creator. This cannot be undone.'
        : 'Orders with this code no longer earn anything. Sales until now stay with the creator. This cannot be undone.'}
    </Confirm>
  );
}
