import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { onceKey } from '@/api/once_key';
import { useMay } from '@/frame/rights';
import type { ChargebackStage } from '@/gql/graphql';
import { currencyName, formatDate, formatMoney, parseAmount } from '@/lib/format';
import { Button, Card, DataTable, Dialog, FormErrors, SelectField, Status, TextArea, TextField, toast, useForm, type Column } from '@/ui';
import { STAGE_FOLLOWS, stagesAfter, stageSaid } from './chargeback_words';
import { RecordChargebackDocument } from './order_document';
import type { Order } from './order_river';

type Chargeback = Order['chargebacks'][number];

const CHANGED = { additionalTypenames: ['Order', 'Commission', 'Hold'] };

/** When the bank came, and when it decided. */
const whenSaid = (row: Chargeback): string => (row.decidedAt ? `${formatDate(row.openedAt, 'short')}, decided ${formatDate(row.decidedAt, 'short')}` : `Since ${formatDate(row.openedAt, 'short')}`);

const columns: Column<Chargeback>[] = [
  { key: 'state', head: 'What the bank says', cell: (row) => <Status tone={stageSaid(row.stage).tone} detail={row.reason || undefined}>{stageSaid(row.stage).words}</Status>, phone: 'sentence' },
  { key: 'case', head: 'Case', cell: (row) => <><span className="ell blk" style={{ maxWidth: 150 }} title={row.externalId}>{row.externalId}</span><span className="sm mut nw">{whenSaid(row)}</span></>, phone: 'name' },
  { key: 'amount', head: 'Asked back', right: true, cell: (row) => <b className="b">{formatMoney(row.amount)}</b>, phone: 'amount' },
];

/** Payments of an order that the customer's bank asks back, and what the bank decided. */
export function Chargebacks({ order }: { order: Order }) {
  const may = useMay();
  const [moving, setMoving] = useState<Chargeback | null>(null);
  if (order.chargebacks.length === 0) return null;
  const decide: Column<Chargeback> = {
    key: 'decide',
    head: '',
    right: true,
    phone: 'state',
    cell: (row) =>
      stagesAfter(row.stage).length > 0 && (
        <Button small onClick={() => setMoving(row)}>
          {row.stage === 'OPENED' ? 'It decided' : 'It came back'}
        </Button>
      ),
  };
  return (
    <Card title="Chargebacks">
      <DataTable label="Chargebacks" rows={order.chargebacks} columns={may('writeOrders') ? [...columns, decide] : columns} rowKey={(row) => row.id} stickyHead={false} />
      <Dialog open={moving !== null} onClose={() => setMoving(null)} title={`Case ${moving?.externalId ?? ''}`}>
        {moving && <ChargebackForm order={order} of={moving} onClose={() => setMoving(null)} />}
      </Dialog>
    </Card>
  );
}

/** Records that a bank asks for the payment of an order, or decided about it. */
export function RecordChargeback({ order }: { order: Order }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="bank" onClick={() => setOpen(true)}>
        Record a chargeback
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title="The customer’s bank asks for the money">
        <ChargebackForm order={order} of={null} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function ChargebackForm({ order, of, onClose }: { order: Order; of: Chargeback | null; onClose: () => void }) {
  const [, record] = useMutation(RecordChargebackDocument);
  const [key] = useState(onceKey);
  const stages = stagesAfter(of?.stage ?? null);
  const { currencyCode } = order.total;
  const form = useForm({
    initial: { externalId: of?.externalId ?? '', stage: (stages[0] ?? 'WON') as ChargebackStage, amount: '', reason: '' },
    async send(values) {
      const typed = values.amount.trim();
      const amount = typed === '' ? null : parseAmount(typed, currencyCode);
      if (typed !== '' && amount === null) return [{ code: 'BAD_FORMAT', message: `This is no amount of ${currencyName(currencyCode)}.`, field: ['amount'] }];
      const answer = await record(
        { input: { orderId: order.id, externalId: values.externalId.trim(), stage: values.stage, amount: amount === null ? null : { amount, currencyCode }, reason: values.reason.trim(), idempotencyKey: `${key}${values.stage}` } },
        CHANGED,
      );
      const errors = errorsOf(answer, (data) => data.recordChargeback);
      if (errors.length === 0) {
        toast(answer.data?.recordChargeback.duplicate ? 'That was known already. Nothing changed.' : `${stageSaid(values.stage).words}: recorded.`);
        onClose();
      }
      return errors.map((error) => (Array.isArray(error.field) && error.field.includes('amount') ? { ...error, field: ['amount'] } : error));
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <SelectField label="What the bank says" value={form.values.stage} options={stages.map((stage) => ({ value: stage, label: stageSaid(stage).words }))} onValue={(value) => form.set('stage', value as ChargebackStage)} hint={STAGE_FOLLOWS[form.values.stage]} error={form.errorAt('stage')} />
      {of === null && (
        <>
          <TextField label="Number of the case" hint="As your payment provider names it. The same one is known again." autoCapitalize="none" autoComplete="off" spellCheck={false} value={form.values.externalId} onValue={(value) => form.set('externalId', value)} error={form.errorAt('externalId')} />
          <TextField label="What the bank asks for" hint="All that is left of the order when left out." inputMode="decimal" autoComplete="off" placeholder={formatMoney(order.total)} value={form.values.amount} onValue={(value) => form.set('amount', value)} error={form.errorAt('amount')} />
        </>
      )}
      <TextArea label="What the bank wrote" rows={2} hint="May stay empty." value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind="primary" type="submit" busy={form.busy}>
          Record it
        </Button>
        <Button onClick={onClose}>Leave it</Button>
      </div>
    </form>
  );
}
