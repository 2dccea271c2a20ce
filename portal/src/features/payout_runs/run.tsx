import { useEffect, useState } from 'react';
import { useParams } from 'react-router';
import { useQuery, useSubscription } from 'urql';
import { useBrand, useFrame } from '@/frame/context';
import type { RunFieldsFragment } from '@/gql/graphql';
import { difference } from '@/lib/amount';
import { currencyName, formatDate, formatDateTime, formatMoney, formatNumber, formatTime, plural, type Money } from '@/lib/format';
import { Card, EmptyPage, ButtonLink, Facts, Loaded, PageHead, PageSkeleton, ProgressBar, Status, Stepper, type Step } from '@/ui';
import { RunSentence } from './prepare';
import { ApproveCard, RunActions, SendCard } from './run_deeds';
import { ProgressDocument, RunDocument } from './run_document';
import { Latest, RunPayouts } from './run_payouts';
import { creators, isMoving, isOver, runSaid } from './words';

type Run = RunFieldsFragment;
type Progress = Run['progress'];

/** The four steps of a run, each with who and when. */
export function stepsOf(run: Run): Step[] {
  const { status } = run;
  const stopped = status === 'CANCELLED' || status === 'REJECTED';
  const prepared: Step = { name: 'Prepared', detail: `${formatDateTime(run.createdAt, 'short')}, ${run.preparedBy.name}`, state: 'done' };
  if (stopped) {
    const steps: Step[] = [prepared];
    if (run.approvedAt) steps.push({ name: 'Approved', detail: `${formatDateTime(run.approvedAt, 'short')}, ${run.approvedBy?.name ?? ''}`, state: 'done' });
    steps.push({ name: status === 'REJECTED' ? 'Rejected' : 'Called off', detail: run.reason ?? 'Nothing was sent', state: 'now' });
    return steps;
  }
  const approval: Step =
    status === 'PREPARED'
      ? { name: 'Approval', detail: 'Waits for another person, then holds for 72 hours', state: 'now' }
      : { name: 'Approved', detail: run.approvedAt ? `${formatDateTime(run.approvedAt, 'short')}, ${run.approvedBy?.name ?? ''}` : undefined, state: 'done' };
  const sending: Step =
    status === 'PREPARED'
      ? { name: 'Sending', detail: 'After the approval', state: 'later' }
      : status === 'APPROVED'
        ? { name: 'Sending', detail: run.approvalLapsesAt ? `To be sent by ${formatDateTime(run.approvalLapsesAt, 'short')}` : 'Finance sends it', state: 'now' }
        : isMoving(status)
          ? { name: status === 'PAUSED' ? 'Paused' : 'Sending', detail: run.sentAt ? `Since ${formatTime(run.sentAt)}, ${run.sentBy?.name ?? ''}` : undefined, state: 'now' }
          : { name: 'Sent', detail: run.sentAt ? `${formatDateTime(run.sentAt, 'short')}, ${run.sentBy?.name ?? ''}` : undefined, state: 'done' };
  const over = status === 'COMPLETED' || status === 'COMPLETED_WITH_FAILURES';
  const done: Step = over
    ? { name: 'Done', detail: run.completedAt ? formatDateTime(run.completedAt, 'short') : undefined, state: 'done' }
    : { name: 'Done', detail: 'When no transfer is on its way', state: 'later' };
  return [prepared, approval, sending, done];
}

/** One payout run from preparation to its end. */
export default function RunPage() {
  const { run: id = '' } = useParams();
  const brand = useBrand();
  const { hat } = useFrame();
  const [{ data, error }, read] = useQuery({ query: RunDocument, variables: { id, brandId: brand.id } });
  const again = () => read({ requestPolicy: 'network-only' });
  if (data && !data.payoutRun) {
    return (
      <EmptyPage alone title="There is no such run" action={<ButtonLink kind="primary" to={`${hat.base}/runs`}>See all runs</ButtonLink>}>
        The address is wrong, or the run belongs to another brand.
      </EmptyPage>
    );
  }
  return (
    <Loaded data={data?.payoutRun} error={error} again={again} skeleton={<PageSkeleton />}>
      {(run) => <RunView run={run} skipped={run.skipped} funds={data?.funds.find((entry) => entry.currencyCode === run.total.currencyCode)?.available} again={again} />}
    </Loaded>
  );
}

function useProgress(run: Run, again: () => void): { progress: Progress; live: boolean } {
  const moving = isMoving(run.status);
  const [{ data, error }] = useSubscription({ query: ProgressDocument, variables: { id: run.id }, pause: !moving });
  const latest = data?.payoutRunProgress;
  // The stream and the page's own reading may overtake each other: the later one counts.
  const progress = moving && latest && Date.parse(latest.at) >= Date.parse(run.progress.at) ? latest : run.progress;
  const status = latest?.status;
  useEffect(() => {
    if (status && status !== run.status) again();
    // Only a new state needs the whole run again.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [status]);
  return { progress, live: moving && latest !== undefined && !error };
}

function RunView({ run, skipped, funds, again }: { run: Run; skipped: Parameters<typeof RunPayouts>[0]['skipped']; funds: Money | undefined; again: () => void }) {
  const brand = useBrand();
  const { hat } = useFrame();
  const { progress } = useProgress(run, again);
  const [openedAt] = useState(() => new Date().toISOString());
  const moving = isMoving(run.status);
  const sent = moving || run.status === 'COMPLETED' || run.status === 'COMPLETED_WITH_FAILURES';
  const title = `Payout run of ${formatDate(run.createdAt)}`;
  const line = (
    <>
      {brand.name}, {currencyName(run.total.currencyCode)}, what became payable up to {formatDate(run.cutoffAt)}. {moving ? <>As of {formatTime(progress.at)}. You can leave this page, the run goes on.</> : <>As of {formatDateTime(openedAt)}.</>}
    </>
  );
  return (
    <>
      <PageHead title={title} crumbs={[{ label: 'Payout runs', to: `${hat.base}/runs` }, { label: `Run ${formatNumber(run.number)}` }]} line={line} actions={<RunActions run={run} />} />
      <Stepper label="Where the run stands" steps={stepsOf(run)} />
      {sent ? (
        <>
          <Sent run={run} progress={progress} />
          <div className="cols wide mt">
            <RunPayouts run={{ ...run, progress }} skipped={skipped} />
            <MoneyInRun run={run} progress={progress} funds={funds} />
          </div>
          {run.status === 'SENDING' && <Latest runId={run.id} paid={progress.paid} />}
        </>
      ) : (
        <div className={isOver(run.status) ? 'grid' : 'cols wide'}>
          <div className="grid">
            <Card pad label="In one sentence">
              {isOver(run.status) ? (
                <>
                  <p className="say">{run.status === 'REJECTED' ? 'Rejected. Nobody was paid.' : 'Called off. Nobody was paid.'}</p>
                  <p className="mut" style={{ marginTop: 8 }}>
                    {run.reason ? `“${run.reason}” ` : ''}
                    {formatMoney(run.total)} for {creators(run.payoutCount)} stayed on their balances.
                  </p>
                </>
              ) : (
                <RunSentence paid={run.payoutCount} total={formatMoney(run.total)} waits={skipped.length} skipped={skipped} verb={run.payoutCount === 1 ? 'gets' : 'get'} />
              )}
            </Card>
            <RunPayouts run={run} skipped={skipped} />
          </div>
          {run.status === 'PREPARED' && <ApproveCard run={run} funds={funds} />}
          {run.status === 'APPROVED' && <SendCard run={run} funds={funds} />}
        </div>
      )}
    </>
  );
}

function Sent({ run, progress }: { run: Run; progress: Progress }) {
  return (
    <Card pad label="Progress">
      <div className="row between base wrap g3" style={{ marginBottom: 12 }}>
        <p className="say">
          <em>
            {formatNumber(progress.paid)} of {formatNumber(progress.total)}
          </em>{' '}
          paid
        </p>
        <p className="lead mut n">
          <b className="b" style={{ color: 'var(--ink)' }}>{formatMoney(progress.paidAmount)}</b> of {formatMoney(run.total)}
        </p>
      </div>
      <ProgressBar
        label="Payouts"
        note={isMoving(run.status) ? 'One key for each transfer, so nobody is paid twice' : undefined}
        parts={[
          { words: 'paid', count: progress.paid, tone: 'ok' },
          ...(progress.inFlight > 0 || isMoving(run.status) ? [{ words: 'with Stripe now', count: progress.inFlight, tone: 'wait' as const }] : []),
          ...(progress.failed > 0 || isMoving(run.status) ? [{ words: 'refused', count: progress.failed, tone: 'bad' as const }] : []),
          ...(progress.waiting > 0 || isMoving(run.status) ? [{ words: 'still to send', count: progress.waiting, tone: 'quiet' as const }] : []),
        ]}
      />
      {!isMoving(run.status) && (
        <p className="mut" style={{ marginTop: 12 }}>
          <Status tone={runSaid(run.status).tone}>
            {run.status === 'COMPLETED' ? `Everybody was paid${run.completedAt ? ` by ${formatDateTime(run.completedAt)}` : ''}.` : `${plural(progress.failed, 'transfer was', 'transfers were')} refused. Nothing was sent for them, the money is back on the balances.`}
          </Status>
        </p>
      )}
    </Card>
  );
}

function MoneyInRun({ run, progress, funds }: { run: Run; progress: Progress; funds: Money | undefined }) {
  const open = difference(run.total, progress.paidAmount);
  return (
    <Card title="Money in this run" pad>
      <Facts
        items={[
          { name: run.sentAt ? `Set aside at ${formatTime(run.sentAt)}` : 'Set aside', value: formatMoney(run.total) },
          { name: 'Paid', value: formatMoney(progress.paidAmount) },
          { name: isMoving(run.status) ? 'Not paid yet, or refused' : 'Back on the balances', value: formatMoney(open), total: true },
        ]}
      />
      <p className="mut" style={{ borderTop: '1px solid var(--line)', marginTop: 14, paddingTop: 14 }}>
        {run.status === 'SENDING' && progress.waiting > 0 && `If you pause, the ${formatNumber(progress.waiting)} that are not sent yet stay approved and set aside.`}
        {run.status === 'PAUSED' && `The ${formatNumber(progress.waiting)} that are not sent yet stay approved and set aside until somebody goes on.`}
        {!isMoving(run.status) && progress.failed > 0 && 'What was refused can be retried here once its cause is gone.'}
        {funds && ` Funds outside this run: ${formatMoney(funds)}.`}
      </p>
    </Card>
  );
}
