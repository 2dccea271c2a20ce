import { useState } from 'react';
import { Link } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useFrame } from '@/frame/context';
import { firstName } from '@/frame/hats';
import { useMay } from '@/frame/rights';
import type { ReviewAction, ReviewFieldsFragment } from '@/gql/graphql';
import { formatAmounts, formatDate } from '@/lib/format';
import { BlockSkeleton, Button, ErrorState, FormErrors, Icon, PanelPerson, Segmented, SidePanel, Status, TextArea, toast, useForm } from '@/ui';
import { Compared } from './compared';
import { actionSaid, DECISIONS, decisionSaid, periodOf } from './review_words';
import { DecideReviewDocument, ReviewDocument } from './reviews_document';
import './reviews.css';

type Review = ReviewFieldsFragment;

const FRESH = { additionalTypenames: ['Review'] };

/** One review: what the figures suggest and why, the figures themselves, and the decision. */
export function ReviewPanel({ id, known, onClose }: { id: string; known: Review | undefined; onClose: () => void }) {
  const { hat } = useFrame();
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: ReviewDocument, variables: { id }, pause: known !== undefined, context: FRESH });
  const review = known ?? (data?.node?.__typename === 'Review' ? data.node : undefined);
  const creator = review?.partnership.creator;
  const period = review && periodOf(review);
  const suggested = review && actionSaid(review.recommendation);
  const decided = review?.decision && actionSaid(review.decision);
  return (
    <SidePanel
      label={creator ? `Review of ${creator.name}` : 'Review'}
      onClose={onClose}
      head={
        <PanelPerson name={creator?.name}>
          {review?.partnership.program.name}, {period?.days}
        </PanelPerson>
      }
      foot={review?.status === 'DUE' && may('writeOutreach') ? <DecisionForm review={review} onDone={onClose} /> : undefined}
    >
      {!review || !creator || !suggested || !period ? (
        error ? <ErrorState error={error} onRetry={() => read({ requestPolicy: 'network-only' })} /> : data ? <p className="mut">There is no such review, or it belongs to another brand.</p> : <BlockSkeleton height={320} />
      ) : (
        <div className="grid">
          {decided && (
            <section>
              <h3>What was decided</h3>
              <div style={{ marginTop: 6 }}>
                <Status tone={decided.tone} icon={decided.icon} detail={review.decidedAt ? `on ${formatDate(review.decidedAt)}` : undefined}>
                  {decided.words}
                </Status>
              </div>
              {review.words && <p className="mut" style={{ marginTop: 8, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>“{review.words}”</p>}
            </section>
          )}
          <section>
            <h3>What the figures suggest</h3>
            <div style={{ marginTop: 6 }}>
              <Status tone={suggested.tone} icon={suggested.icon}>
                {suggested.words}
              </Status>
            </div>
            <ul className="grid" style={{ gap: 6, marginTop: 8 }}>
              {review.reasons.map((reason) => (
                <li key={reason} className="row g2 top">
                  <span className="dim" style={{ marginTop: 2 }}>
                    <Icon name="eye" size={14} />
                  </span>
                  <span className="grow">{formatAmounts(reason)}</span>
                </li>
              ))}
            </ul>
          </section>
          <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
            <h3 style={{ marginBottom: 10 }}>Beside the middle of the program</h3>
            <Compared figures={review.figures} medians={review.medians} who={firstName(creator.name)} />
            <p className="sm dim" style={{ marginTop: 10 }}>
              Half of the program’s creators had less than the middle in {period.kind === 'trial' ? 'the days of this trial' : 'these 90 days'}.
            </p>
          </section>
          <Link className="lk" to={`${hat.base}/creators?open=${review.partnership.id}`}>
            Open the partnership
          </Link>
          {review.status === 'DUE' && !may('writeOutreach') && <p className="mut">An owner or a manager decides this.</p>}
        </div>
      )}
    </SidePanel>
  );
}

function DecisionForm({ review, onDone }: { review: Review; onDone: () => void }) {
  const [, decide] = useMutation(DecideReviewDocument);
  const [decision, setDecision] = useState<ReviewAction>(review.recommendation);
  const said = decisionSaid(decision);
  const { name } = review.partnership.creator;
  const form = useForm({
    initial: { words: '' },
    async send({ words }) {
      const errors = errorsOf(await decide({ input: { reviewId: review.id, decision, words: words.trim() } }), (data) => data.decideReview);
      if (errors.length === 0) {
        toast(said.done(name));
        onDone();
      }
      return errors;
    },
  });
  return (
    <form className="grid" style={{ gap: 12 }} onSubmit={form.onSubmit} noValidate>
      <Segmented label="Decision" value={decision} options={DECISIONS} onChange={setDecision} />
      <p className="sm mut">{said.follows}</p>
      <TextArea label={`What ${firstName(name)} reads`} rows={3} hint={said.hint} value={form.values.words} onValue={(value) => form.set('words', value)} error={form.errorAt('words')} />
      <FormErrors messages={form.rest} />
      <div>
        <Button kind={decision === 'RETIRE' ? 'danger' : 'primary'} type="submit" busy={form.busy}>
          {decision === 'RETIRE' ? 'End the partnership' : `Decide and tell ${firstName(name)}`}
        </Button>
      </div>
    </form>
  );
}
