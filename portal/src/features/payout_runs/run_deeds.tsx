import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useBrand, useViewer } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { RunFieldsFragment } from '@/gql/graphql';
import { compareAmounts, difference } from '@/lib/amount';
import { formatDateTime, formatMoney, formatNumber, parseAmount, type Money } from '@/lib/format';
import { Button, Card, CodeField, Confirm, Dialog, Facts, FormErrors, ReasonForm, Status, TextField, toast, useForm, type UserError } from '@/ui';
import { ApproveDocument, CancelDocument, PauseDocument, RejectDocument, ResumeDocument, SendDocument } from './run_document';

type Run = RunFieldsFragment;

/** Checks what was typed against the total; the error stands at the field. */
export function checkTotal(typed: string, total: Money): { amount: string } | { error: UserError } {
  const amount = parseAmount(typed, total.currencyCode);
  if (amount === null) return { error: { code: 'BAD_FORMAT', message: `Type the total as it stands above: ${formatMoney(total)}.`, field: ['expectedTotal'] } };
  if (compareAmounts({ amount, currencyCode: total.currencyCode }, total) !== 0) {
    return { error: { code: 'INVALID', message: `That is not the total of this run, which is ${formatMoney(total)}.`, field: ['expectedTotal'] } };
  }
  return { amount };
}

/** Fields of approving and sending: the total typed again and, where the role asks for it, a one-time code. */
function MoneyForm({ run, words, send, foot }: { run: Run; words: string; send: (amount: string, code: string | null) => Promise<readonly UserError[]>; foot: string }) {
  const { sendingNeedsTotp } = useViewer();
  const form = useForm({
    initial: { expectedTotal: '', totpCode: '' },
    fields: sendingNeedsTotp ? ['expectedTotal', 'totpCode'] : ['expectedTotal'],
    async send({ expectedTotal, totpCode }) {
      const typed = checkTotal(expectedTotal, run.total);
      if ('error' in typed) return [typed.error];
      return send(typed.amount, sendingNeedsTotp ? totpCode : null);
    },
  });
  const error = form.errorAt('expectedTotal') ?? form.errorAt('expectedTotal.amount');
  return (
    <form className="pad grid" style={{ borderTop: '1px solid var(--line)', gap: 14 }} onSubmit={form.onSubmit} noValidate>
      <TextField label="Type the total" className="n" inputMode="decimal" autoComplete="off" placeholder={formatMoney(run.total).replace(/\d/g, '0')} value={form.values.expectedTotal} onValue={(value) => form.set('expectedTotal', value)} error={error} />
      {sendingNeedsTotp && <CodeField label="Code from your authenticator" value={form.values.totpCode} onValue={(value) => form.set('totpCode', value)} error={form.errorAt('totpCode')} />}
      <FormErrors messages={form.rest} />
      <Button kind="primary" wide type="submit" busy={form.busy}>
        {words} {formatMoney(run.total)}
      </Button>
      <p className="sm dim" style={{ textAlign: 'center' }}>
        {foot}
      </p>
    </form>
  );
}

/** Creators, total, funds now and funds left: what a person must see before money moves. */
function MoneyFacts({ run, funds }: { run: Run; funds: Money | undefined }) {
  const brand = useBrand();
  return (
    <Facts
      items={[
        { name: 'Creators', value: formatNumber(run.payoutCount) },
        { name: 'Total', value: formatMoney(run.total) },
        ...(funds ? [{ name: `${brand.name}’s funds now`, value: formatMoney(funds) }, { name: 'Funds left after it', value: formatMoney(difference(funds, run.total)), total: true }] : []),
      ]}
    />
  );
}

/** Tells when the funds cannot bear the run. */
function Shortfall({ run, funds }: { run: Run; funds: Money | undefined }) {
  if (!funds || compareAmounts(funds, run.total) >= 0) return null;
  return (
    <div className="note">
      <Status tone="bad" detail={`${formatMoney(difference(run.total, funds))} more must be set aside first. Until then the run cannot be sent.`}>
        The funds are not enough
      </Status>
    </div>
  );
}

/** The card in which another person approves a prepared run. */
export function ApproveCard({ run, funds }: { run: Run; funds: Money | undefined }) {
  const viewer = useViewer();
  const may = useMay();
  const [, approve] = useMutation(ApproveDocument);
  const own = run.preparedBy.id === viewer.id;
  return (
    <Card label="Approve">
      <div className="pad">
        <h2>Approve</h2>
        <p className="mut" style={{ margin: '2px 0 14px' }}>
          {own ? 'You prepared this run, so another person with the finance or owner role approves it.' : may('approvePayouts') ? `A second person approves. ${run.preparedBy.name} prepared this run, so you may.` : 'Somebody with the finance or owner role approves it.'}
        </p>
        <MoneyFacts run={run} funds={funds} />
      </div>
      <Shortfall run={run} funds={funds} />
      {!own && may('approvePayouts') && (
        <MoneyForm
          run={run}
          words="Approve"
          foot="Nothing is sent yet. The approval holds for 72 hours."
          send={async (amount, totpCode) => {
            const answer = await approve({ input: { payoutRunId: run.id, expectedVersion: run.version, expectedTotal: { amount, currencyCode: run.total.currencyCode }, totpCode } });
            const errors = errorsOf(answer, (data) => data.approvePayoutRun);
            if (errors.length === 0) toast('Approved. Finance can send it now.');
            return errors;
          }}
        />
      )}
    </Card>
  );
}

/** The card in which finance sends an approved run. */
export function SendCard({ run, funds }: { run: Run; funds: Money | undefined }) {
  const may = useMay();
  const [, send] = useMutation(SendDocument);
  return (
    <Card label="Send">
      <div className="pad">
        <h2>Send</h2>
        <p className="mut" style={{ margin: '2px 0 14px' }}>
          {run.approvedBy?.name ?? 'Another person'} approved this run
          {run.approvalLapsesAt ? `. The approval holds until ${formatDateTime(run.approvalLapsesAt)}.` : '.'}
          {may('sendPayouts') ? '' : ' Finance sends it.'}
        </p>
        <MoneyFacts run={run} funds={funds} />
      </div>
      <Shortfall run={run} funds={funds} />
      {may('sendPayouts') && (
        <MoneyForm
          run={run}
          words="Send"
          foot="The money is set aside at once, then sent one transfer after the other."
          send={async (amount, totpCode) => {
            const answer = await send({ input: { payoutRunId: run.id, expectedVersion: run.version, expectedTotal: { amount, currencyCode: run.total.currencyCode }, totpCode } });
            return errorsOf(answer, (data) => data.sendPayoutRun);
          }}
        />
      )}
    </Card>
  );
}

/** Says no to a prepared run, with the reason that the preparer reads. */
function RejectForm({ run, onClose }: { run: Run; onClose: () => void }) {
  const [, reject] = useMutation(RejectDocument);
  return (
    <ReasonForm
      reader={run.preparedBy.name}
      button="Reject the run"
      kind="danger"
      leave="Keep it"
      onClose={onClose}
      send={async (reason) => errorsOf(await reject({ input: { payoutRunId: run.id, expectedVersion: run.version, reason } }), (data) => data.rejectPayoutRun)}
    >
      Nothing is sent. What creators earned stays on their balances and can be in the next run.
    </ReasonForm>
  );
}

/** Calls a run off before anything was sent. */
function CancelConfirm({ run, open, onClose }: { run: Run; open: boolean; onClose: () => void }) {
  const [, cancel] = useMutation(CancelDocument);
  const deed = useDeed();
  return (
    <Confirm
      open={open}
      onClose={onClose}
      title="Call this run off"
      button="Call it off"
      {...deed}
      onConfirm={() => void deed.run(async () => errorsOf(await cancel({ input: { payoutRunId: run.id, expectedVersion: run.version } }), (data) => data.cancelPayoutRun)).then((done) => done && onClose())}
    >
      Nothing was sent and nothing will be. What creators earned stays on their balances and can be in the next run.
    </Confirm>
  );
}

/** What can be done with the run as a whole, at the right of its head. */
export function RunActions({ run }: { run: Run }) {
  const viewer = useViewer();
  const may = useMay();
  const [asking, setAsking] = useState<'reject' | 'cancel' | null>(null);
  const [, pause] = useMutation(PauseDocument);
  const [, resume] = useMutation(ResumeDocument);
  const deed = useDeed();
  const move = { payoutRunId: run.id, expectedVersion: run.version };
  const close = () => setAsking(null);
  return (
    <>
      {deed.messages.map((message) => (
        <span key={message} className="sm" role="alert" style={{ color: 'var(--clay-text)', maxWidth: '32ch' }}>
          {message}
        </span>
      ))}
      {run.status === 'PREPARED' && run.preparedBy.id !== viewer.id && may('approvePayouts') && <Button onClick={() => setAsking('reject')}>Reject with a reason</Button>}
      {(run.status === 'PREPARED' || run.status === 'APPROVED') && may('sendPayouts') && <Button onClick={() => setAsking('cancel')}>Call it off</Button>}
      {run.status === 'SENDING' && may('sendPayouts') && (
        <Button icon="pause" busy={deed.busy} onClick={() => void deed.run(async () => errorsOf(await pause({ input: move }), (data) => data.pausePayoutRun))}>
          Pause sending
        </Button>
      )}
      {run.status === 'PAUSED' && may('sendPayouts') && (
        <Button kind="primary" icon="play" busy={deed.busy} onClick={() => void deed.run(async () => errorsOf(await resume({ input: move }), (data) => data.resumePayoutRun))}>
          Go on sending
        </Button>
      )}
      <Dialog open={asking === 'reject'} onClose={close} title="Reject this run">
        <RejectForm run={run} onClose={close} />
      </Dialog>
      <CancelConfirm run={run} open={asking === 'cancel'} onClose={close} />
    </>
  );
}
