import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { useRows } from '@/api/rows';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { Button, FormErrors, SelectField, TextArea, toast, useForm } from '@/ui';
import { PartnershipChoiceDocument } from '../partnerships/partnership_choice';
import { ReassignDocument } from './order_document';
import type { Order } from './order_river';

const CHANGED = { additionalTypenames: ['Order', 'Commission', 'Hold', 'AttributionSuggestion'] };

/** Whether a commission of an order can be paid already: then its creator keeps it, and only an owner gives the sale away alone. */
const payable = (order: Order): boolean => order.commissions.some((commission) => commission.status === 'APPROVED' || commission.status === 'PAID');

/** Gives all of the credit for an order to one creator, with the reason that both read. */
export function GiveSale({ order, onClose }: { order: Order; onClose: () => void }) {
  const brand = useBrand();
  const may = useMay();
  const proposing = payable(order) && !may('reassignPaidSale');
  const list = useRows({ query: PartnershipChoiceDocument, variables: { brandId: brand.id, first: 100 }, pick: (data) => data.partnerships, types: ['Partnership'] });
  const [, reassign] = useMutation(ReassignDocument);
  const whole = order.attribution?.credits.length === 1 ? order.attribution.credits[0]?.creator?.id : undefined;
  const takers = (list.rows ?? []).filter((entry) => entry.creator.id !== whole).sort((a, b) => a.creator.name.localeCompare(b.creator.name));
  const form = useForm({
    initial: { partnershipId: '', reason: '' },
    async send(values) {
      if (!values.partnershipId) return [{ code: 'REQUIRED', message: 'Choose who brought it.', field: ['partnershipId'] }];
      const answer = await reassign({ input: { orderId: order.id, partnershipId: values.partnershipId, reason: values.reason.trim() } }, CHANGED);
      const errors = errorsOf(answer, (data) => data.reassignAttribution);
      if (errors.length === 0) {
        toast(answer.data?.reassignAttribution.proposal ? `Finance is asked to confirm order ${order.name}.` : `Order ${order.name} is ${takers.find((entry) => entry.id === values.partnershipId)?.creator.name ?? 'another creator'}’s now.`);
        onClose();
      }
      return errors;
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <p className="mut">
        {proposing
          ? 'A commission of this order can be paid already, so finance confirms what you propose. What can be paid stays with its creator, the one whom you choose is paid beside, and both statements show it.'
          : payable(order)
            ? 'What can be paid for this order already stays with its creator. The one whom you choose is paid beside, at your cost, and both statements show it.'
            : 'The commission moves to the creator whom you choose, at the rate of their own offer. Both statements show it.'}
      </p>
      <SelectField label="Who brought it" placeholder={list.rows === null ? 'Loading' : 'Choose one'} value={form.values.partnershipId} onValue={(value) => form.set('partnershipId', value)} options={takers.map((entry) => ({ value: entry.id, label: `${entry.creator.name} (${entry.program.name})` }))} error={form.errorAt('partnershipId')} />
      {list.more && (
        <div>
          <Button small busy={list.loadingMore} onClick={list.more}>
            Load more creators
          </Button>
        </div>
      )}
      <TextArea label="Why" hint="Both creators read it." value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind="primary" type="submit" busy={form.busy}>
          {proposing ? 'Propose it' : 'Give the sale'}
        </Button>
        <Button onClick={onClose}>Leave it</Button>
      </div>
    </form>
  );
}
