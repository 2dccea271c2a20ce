import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useFrame } from '@/frame/context';
import { formatRelative, sentenceCase } from '@/lib/format';
import { Button, CopyButton, FormErrors, Icon, Status } from '@/ui';
import { EndSelfCheckDocument, StartSelfCheckDocument, type SelfCheckData } from './shop_set_up_document';
import { STEP_NAMES, stepWords, type StepWords } from './self_check_words';
import './self_check.css';

type StepData = SelfCheckData['steps'][number];

function StepLine({ step, said, number }: { step: StepData; said: StepWords; number: number }) {
  const seen = [step.seen, step.seenAt ? `${sentenceCase(formatRelative(step.seenAt))}.` : ''].filter(Boolean).join(' ');
  return (
    <li className={said.tone === 'quiet' ? 'scheck later' : 'scheck'}>
      <span className={`nn ${said.tone}`} aria-hidden="true">{step.state === 'PASSED' ? <Icon name="check" size={12} /> : step.state === 'FAILED' ? <Icon name="close" size={12} /> : number}</span>
      <span className="grow">
        <b className="b blk">{STEP_NAMES[step.kind]}</b>
        <Status tone={said.tone}>{said.words}</Status>
        {seen && <span className="sm mut blk">{seen}</span>}
        {said.todo && <span className="sm blk todo">{said.todo}</span>}
      </span>
    </li>
  );
}

/** A walk of one test order through the shop, step by step. It draws itself anew while it is under way. */
export function SelfCheck({ integrationId, check, mayChange }: { integrationId: string; check: SelfCheckData | null | undefined; mayChange: boolean }) {
  const { hat } = useFrame();
  const [, start] = useMutation(StartSelfCheckDocument);
  const [, end] = useMutation(EndSelfCheckDocument);
  const starting = useDeed();
  const ending = useDeed();
  const [announced, setAnnounced] = useState('');
  const begin = () =>
    void starting.run(async () => errorsOf(await start({ input: { integrationId } }, { additionalTypenames: ['TrackingSelfCheck', 'Link'] }), (data) => data.startTrackingSelfCheck)).then((done) => {
      if (done) setAnnounced('The self-check has begun. Open its link.');
    });
  const works = check && check.endedAt == null;
  const failed = check?.steps.find((step) => step.state === 'FAILED');
  return (
    <div className="grid">
      {!check && <p className="mut">Walk one test order through the shop: each step says by itself whether it works, and what to do where it does not. Test orders earn nobody anything.</p>}
      {works && (
        <div>
          <p className="sm mut" style={{ marginBottom: 6 }}>Open this link in a private window and buy something as a test. {check.link.creator.name} sees the link and its click, too.</p>
          <div className="hook">
            <code>{check.link.url}</code>
            <CopyButton text={check.link.url} label="Copy the link of the self-check" />
          </div>
        </div>
      )}
      {check && (
        <>
          <p role="status" className="b">
            {check.passed ? 'A test order came through, with its refund.' : failed ? `Stuck at “${STEP_NAMES[failed.kind]}”.` : check.endedAt ? 'Ended before it was through.' : `Begun ${formatRelative(check.startedAt)}. The steps change by themselves.`}
          </p>
          <ol className="steplist" aria-label="Steps of the self-check">
            {stepWords(check.steps).map((said, index) => {
              const step = check.steps[index];
              return step ? <StepLine key={step.kind} step={step} said={said} number={index + 1} /> : null;
            })}
          </ol>
          {check.order && <Link className="lk sm" to={`${hat.base}/orders/${check.order.id}`}>Why order {check.order.name} counted or not</Link>}
        </>
      )}
      <span className="vh" role="status">{announced}</span>
      <FormErrors messages={[...starting.messages, ...ending.messages]} />
      {mayChange && (
        <span className="row g2">
          <Button kind={works ? undefined : 'primary'} small busy={starting.busy} onClick={begin}>{check ? 'Begin anew' : 'Begin the self-check'}</Button>
          {works && (
            <Button small busy={ending.busy} onClick={() => void ending.run(async () => errorsOf(await end({ input: { integrationId } }, { additionalTypenames: ['TrackingSelfCheck', 'Link'] }), (data) => data.endTrackingSelfCheck))}>
              End, and archive the link
            </Button>
          )}
        </span>
      )}
    </div>
  );
}
