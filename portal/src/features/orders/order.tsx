import { useState } from 'react';
import { useParams } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { COMMISSION_TONE, stateWords } from '@/features/sales/sale_words';
import { useFrame } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { difference, isPositive } from '@/lib/amount';
import { formatBasisPoints, formatDate, formatDateTime, formatMoney, formatPpm, isZero } from '@/lib/format';
import { SaleRiver } from '@/river/sale_river';
import { Button, ButtonLink, Card, Chip, DataTable, Dialog, EmptyPage, Facts, Loaded, PageHead, PageSkeleton, Person, ReasonForm, Status, toast, type Column } from '@/ui';
import { Chargebacks, RecordChargeback } from './chargebacks';
import { GiveSale } from './give_sale';
import { OpenHoldDocument, OrderDocument } from './order_document';
import { orderRiver, type Order } from './order_river';
import { flagWords, paymentSaid, sourceName } from './order_words';

type Commission = Order['commissions'][number];

const FRESH = { additionalTypenames: ['Order', 'Hold', 'Commission'] };

/** One order: the way to it, its lines, what each creator earns of it, and holding that back. */
export default function OrderPage() {
  const { order: id = '' } = useParams();
  const { hat } = useFrame();
  const [{ data, error }, read] = useQuery({ query: OrderDocument, variables: { id }, context: FRESH });
  if (data && !data.order) {
    return (
      <EmptyPage alone title="There is no such order" action={<ButtonLink kind="primary" to={hat.base}>Go back</ButtonLink>}>
        The address is wrong, or the order belongs to another brand.
      </EmptyPage>
    );
  }
  return (
    <Loaded data={data?.order} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<PageSkeleton />}>
      {(order) => <OrderView order={order} />}
    </Loaded>
  );
}

const lineColumns: Column<Order['lines'][number]>[] = [
  { key: 'name', head: 'Line', cell: (line) => (line.quantity > 1 ? `${line.name} × ${line.quantity}` : line.name), phone: 'name' },
  { key: 'earns', head: '', cell: (line) => (line.kind === 'PRODUCT' ? null : <span className="mut">{line.kind === 'GIFT_CARD' ? 'A gift card earns nothing' : 'Earns nothing'}</span>), phone: 'state' },
  { key: 'refunded', head: 'Given back', right: true, cell: (line) => (isZero(line.refundedNet) ? <span className="dim">–</span> : formatMoney(line.refundedNet)) },
  { key: 'back', head: 'Given back', phoneOnly: true, phone: 'time', cell: (line) => (isZero(line.refundedNet) ? null : `${formatMoney(line.refundedNet)} given back`) },
  { key: 'net', head: 'Net', right: true, cell: (line) => <b className="b">{formatMoney(line.net)}</b>, phone: 'amount' },
];

const refundColumns: Column<Order['refunds'][number]>[] = [
  { key: 'when', head: 'When', cell: (refund) => formatDateTime(refund.refundedAt, 'short'), phone: 'name' },
  { key: 'why', head: 'What the shop said', cell: (refund) => refund.reason || <span className="dim">Nothing</span>, phone: 'sentence' },
  { key: 'net', head: 'Had earned', right: true, cell: (refund) => formatMoney(refund.net) },
  { key: 'amount', head: 'Given back', right: true, cell: (refund) => <b className="b">{formatMoney(refund.amount)}</b>, phone: 'amount' },
];

function OrderView({ order }: { order: Order }) {
  const { hat } = useFrame();
  const may = useMay();
  const [giving, setGiving] = useState(false);
  const canGive = order.attribution != null && !order.test && may('reassignSale');
  const river = orderRiver(order);
  const payment = paymentSaid(order.payment);
  const attribution = order.attribution;
  return (
    <>
      <PageHead
        title={`Order ${order.name}`}
        crumbs={[hat.kind === 'finance' ? { label: 'Held commissions', to: `${hat.base}/holds` } : { label: 'Orders', to: `${hat.base}/orders` }, { label: order.name }]}
        line={
          <>
            {formatMoney(order.total)} at {order.store}, placed on {formatDateTime(order.placedAt)}. {payment.words}.
          </>
        }
        actions={
          <>
            {may('writeOrders') && !order.test && <RecordChargeback order={order} />}
            {canGive && (
              <Button icon="people" onClick={() => setGiving(true)}>
                Give it to another creator
              </Button>
            )}
          </>
        }
      />
      <Dialog open={giving} onClose={() => setGiving(false)} title="Give this sale to another creator">
        <GiveSale order={order} onClose={() => setGiving(false)} />
      </Dialog>
      {(order.test || order.flags.length > 0) && (
        <div className="tools">
          {order.test && <Chip>Test order, never earns</Chip>}
          {order.flags.map((flag) => (
            <Chip key={flag} tone="bad">
              {flagWords(flag)}
            </Chip>
          ))}
        </div>
      )}
      <Card label="The river of this order">
        <div className="rh">
          <h2>How this order came</h2>
          <span className="mut grow">{attribution ? attribution.rule : 'Its touches are being looked at.'}</span>
          {attribution && (
            <span className="sm dim nw">
              Policy version {attribution.policy.version}, decision {attribution.version}
            </span>
          )}
        </div>
        {attribution?.touches
          .filter((touch) => touch.kind === 'PERSON' && touch.creditPpm > 0)
          .map((touch) => (
            <p key={touch.at} className="pad" style={{ paddingBottom: 0, overflowWrap: 'anywhere' }}>
              <Status tone="ok" icon="person" detail={formatDateTime(touch.at, 'short')}>
                {touch.sentence}
              </Status>
            </p>
          ))}
        {river ? (
          <div className="rbody">
            <SaleRiver data={river} />
          </div>
        ) : (
          <p className="pad mut">{attribution ? 'No touch of a creator was found before this order, so nobody earns.' : 'The decision stands here within a moment of the order.'}</p>
        )}
      </Card>
      <div className="cols wide mt">
        <div className="grid">
          <Card title="What creators earn of it" action={<span className="dim n">{order.commissions.length}</span>}>
            {order.commissions.length === 0 ? <p className="pad mut" style={{ paddingTop: 4 }}>Nobody earns a commission of this order.</p> : order.commissions.map((commission) => <CommissionRow key={commission.id} commission={commission} />)}
          </Card>
          <Card title="Lines">
            <DataTable label="Lines" rows={order.lines} columns={lineColumns} rowKey={(line) => line.id} stickyHead={false} />
          </Card>
          {order.refunds.length > 0 && (
            <Card title="Refunds">
              <DataTable label="Refunds" rows={order.refunds} columns={refundColumns} rowKey={(refund) => refund.id} stickyHead={false} />
            </Card>
          )}
          <Chargebacks order={order} />
        </div>
        <Card title="Facts" pad>
          <Facts
            items={[
              { name: 'Placed', value: formatDateTime(order.placedAt, 'short') },
              { name: 'Paid', value: order.paidAt ? formatDateTime(order.paidAt, 'short') : '–' },
              { name: 'Customer', value: `${order.newCustomer ? 'New' : 'Came back'}${order.newCustomerAssumed ? ', assumed' : ''}` },
              { name: 'Codes used', value: order.codes.join(', ') || 'None' },
              { name: 'Told by', value: sourceName(order.source) },
              ...(order.externalId ? [{ name: 'In the shop', value: order.externalId }] : []),
              { name: 'Can earn', value: formatMoney(order.net), total: true },
              { name: 'Given back', value: formatMoney(order.refunded) },
              { name: 'Total', value: formatMoney(order.total) },
            ]}
          />
        </Card>
      </div>
    </>
  );
}

/** The sentence without the words that stand above it already. */
function restOf(sentence: string, said: string): string | undefined {
  const rest = sentence.startsWith(said) ? sentence.slice(said.length).replace(/^[\s.:,(]+/, '').replace(/^\w/, (letter) => letter.toLocaleUpperCase()).replace(/^([^(]*)\)\.?$/, '$1') : sentence;
  return rest === '' ? undefined : rest;
}

function CommissionRow({ commission }: { commission: Commission }) {
  const may = useMay();
  const [holding, setHolding] = useState(false);
  const taken = difference(commission.accrued, commission.amount);
  const canHold = may('openHold') && (commission.status === 'PENDING' || commission.status === 'APPROVED');
  return (
    <div style={{ borderTop: '1px solid var(--line)', padding: '12px var(--card-x)' }}>
      <div className="row g4 wrap">
        <span className="grow" style={{ minWidth: 180 }}>
          <Person name={commission.creator.name} detail={`${formatPpm(commission.creditPpm)} of the credit, ${commission.program.name}`} />
        </span>
        <Status tone={COMMISSION_TONE[commission.status]} detail={restOf(commission.sentence, stateWords(commission))}>
          {stateWords(commission)}
        </Status>
        <span className="r" style={{ marginLeft: 'auto' }}>
          <b className="b n nw lead">{formatMoney(commission.amount)}</b>
          {isPositive(taken) && <span className="sm dim blk n">from {formatMoney(commission.accrued)}</span>}
        </span>
      </div>
      <div className="row between g3" style={{ marginTop: 8, alignItems: 'flex-start' }}>
        <details className="grow">
          <summary className="lk" style={{ cursor: 'pointer', width: 'max-content' }}>How it was reckoned</summary>
          <table className="sm" style={{ marginTop: 8 }} aria-label={`How the commission of ${commission.creator.name} was reckoned`}>
            <thead>
              <tr>
                <th scope="col" style={{ paddingLeft: 0 }}>Line</th>
                <th scope="col" className="r no-ph">Net</th>
                <th scope="col" className="r no-ph">Part</th>
                <th scope="col">Rate</th>
                <th scope="col" className="r" style={{ paddingRight: 0 }}>Earns</th>
              </tr>
            </thead>
            <tbody>
              {commission.trace.map((line, index) => (
                <tr key={index}>
                  <td style={{ paddingLeft: 0 }}>{line.quantity > 1 ? `${line.name} × ${line.quantity}` : line.name}</td>
                  <td className="r nw no-ph">{formatMoney(line.net)}</td>
                  <td className="r nw no-ph">{formatMoney(line.share)}</td>
                  <td>
                    {line.rate != null && <b className="b n">{formatBasisPoints(line.rate)} </b>}
                    <span className="mut">{line.rateName}</span>
                  </td>
                  <td className="r nw" style={{ paddingRight: 0 }}>{formatMoney(line.amount)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {commission.offer && (
            <p className="sm dim" style={{ marginTop: 6 }}>
              {commission.offer.sentence} ({commission.offer.name}, version {commission.offer.version}, locked to this order.)
            </p>
          )}
        </details>
        {canHold && (
          <Button small icon="hold" onClick={() => setHolding(true)}>
            Hold it back
          </Button>
        )}
      </div>
      <Dialog open={holding} onClose={() => setHolding(false)} title={`Hold ${formatMoney(commission.amount)} back`}>
        <HoldForm commission={commission} onClose={() => setHolding(false)} />
      </Dialog>
    </div>
  );
}

function HoldForm({ commission, onClose }: { commission: Commission; onClose: () => void }) {
  const [, open] = useMutation(OpenHoldDocument);
  return (
    <ReasonForm
      reader={commission.creator.name}
      button="Hold it back"
      kind="primary"
      leave="Leave it"
      onClose={onClose}
      send={async (reason) => {
        const errors = errorsOf(await open({ input: { commissionId: commission.id, reason } }), (data) => data.openHold);
        if (errors.length === 0) toast('Under review now. It waits under Holds.');
        return errors;
      }}
    >
      The commission is kept out of every payout until finance or the owner decides. Without it, it would be payable from {formatDate(commission.holdUntil)}.
    </ReasonForm>
  );
}
