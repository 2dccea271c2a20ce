import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useMay } from '@/frame/rights';
import { formatDate } from '@/lib/format';
import { Button, Dialog, FormErrors, TextArea, toast, useForm } from '@/ui';
import { PartnershipGuardDocument, UpdatePartnershipGuardDocument } from './guard_documents';

const FRESH = { additionalTypenames: ['PartnershipGuard', 'Hold'] };

/** Whether a creator may buy for themselves or for clients. */
export function OwnPurchases({ partnershipId, name }: { partnershipId: string; name: string }) {
  const may = useMay();
  const [asking, setAsking] = useState(false);
  const [{ data }] = useQuery({ query: PartnershipGuardDocument, variables: { partnershipId }, context: FRESH, pause: !may('readHolds') });
  const guard = data?.partnershipGuard;
  if (!guard) return null;
  return (
    <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
      <h3>Own purchases</h3>
      <p className="mut" style={{ marginTop: 4 }}>
        {guard.ownPurchases ? `${name} may buy for themselves or for clients, and earns by it.` : `Orders that ${name} seems to have placed are held until somebody decides.`}
        {guard.updatedAt && guard.reason ? ` “${guard.reason}”, ${formatDate(guard.updatedAt)}.` : ''}
      </p>
      {may('decideHold') && (
        <Button small style={{ marginTop: 10 }} onClick={() => setAsking(true)}>
          {guard.ownPurchases ? 'Hold them from now on' : 'Let them count from now on'}
        </Button>
      )}
      {asking && <AskOwnPurchases partnershipId={partnershipId} name={name} allowed={!guard.ownPurchases} onClose={() => setAsking(false)} />}
    </section>
  );
}

function AskOwnPurchases({ partnershipId, name, allowed, onClose }: { partnershipId: string; name: string; allowed: boolean; onClose: () => void }) {
  const [, update] = useMutation(UpdatePartnershipGuardDocument);
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      const errors = errorsOf(await update({ input: { partnershipId, ownPurchases: allowed, reason: reason.trim() } }, FRESH), (data) => data.updatePartnershipGuard);
      if (errors.length === 0) {
        toast('Saved');
        onClose();
      }
      return errors;
    },
  });
  return (
    <Dialog open title={allowed ? `Let ${name} buy for themselves or for clients` : `Hold what ${name} buys`} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <p className="mut">This counts for orders from now on. Holds that are open stay to be decided.</p>
        <TextArea label="Why" rows={3} hint="For your team." value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
        <FormErrors messages={form.rest} />
        <span className="row g2">
          <Button kind="primary" type="submit" busy={form.busy}>
            Save
          </Button>
          <Button onClick={onClose}>Leave it</Button>
        </span>
      </form>
    </Dialog>
  );
}
