import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import { Button } from '@/ui/button';
import { FormErrors } from '@/ui/form';
import { Dialog } from '@/ui/overlay';
import { toast } from '@/ui/toast';
import { ArchiveCodeDocument, ArchiveLinkDocument, type OwnCode, type OwnLink } from './links_document';
import { shown } from './matrix';

/** What is about to be archived. */
export type Archiving = { link: OwnLink } | { code: OwnCode };

/** Archiving cannot be taken back, so it is asked first, with what follows from it. */
export function Archive({ what, onClose }: { what: Archiving; onClose: () => void }) {
  const [, archiveLink] = useMutation(ArchiveLinkDocument);
  const [, archiveCode] = useMutation(ArchiveCodeDocument);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<string[]>([]);
  const isLink = 'link' in what;
  const name = isLink ? shown(what.link.url) : what.code.code;

  async function archive() {
    setBusy(true);
    const result = isLink
      ? await archiveLink({ input: { linkId: what.link.id } }).then(({ data, error }) => ({ error, userErrors: data?.archiveLink.userErrors }))
      : await archiveCode({ input: { codeId: what.code.id } }, { additionalTypenames: ['Partnership'] }).then(({ data, error }) => ({ error, userErrors: data?.archiveCode.userErrors }));
    setBusy(false);
    if (result.error) setProblems([asTrouble(result.error).message]);
    else if (result.userErrors && result.userErrors.length > 0) setProblems(result.userErrors.map((entry) => entry.message));
    else {
      toast(`${name} is archived.`);
      onClose();
    }
  }

  return (
    <Dialog open title={`Archive ${name}?`} onClose={onClose}>
      <div className="grid">
        <p className="mut">
          {isLink
            ? 'Whoever still follows it comes to the brand’s site, but it earns nothing any more. Sales until now stay yours. This cannot be undone.'
            : 'Orders with this code no longer earn for you. Sales until now stay yours. This cannot be undone.'}
        </p>
        <FormErrors messages={problems} />
        <span className="row g2">
          <Button kind="danger" busy={busy} onClick={() => void archive()}>
            Archive
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </span>
      </div>
    </Dialog>
  );
}
