import type { ReactNode } from 'react';
import { formatDate, formatDateTime, formatMoney } from '@/lib/format';
import { Icon } from '@/ui/icon';
import type { Claim } from './claim_words';

function Said({ who, when, children }: { who: string; when: string; children: ReactNode }) {
  return (
    <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
      <h3>{who}</h3>
      <p className="sm dim" style={{ marginTop: 2 }}>{formatDateTime(when)}</p>
      <div style={{ marginTop: 6, overflowWrap: 'anywhere' }}>{children}</div>
    </section>
  );
}

/** Words that a person wrote, in their lines. */
function Words({ text }: { text: string }) {
  return <p style={{ whiteSpace: 'pre-line' }}>{text}</p>;
}

/** What was said to a claim, in its order: the claim, what was found at once, the answer, and what was asked again. */
export function ClaimStory({ claim, side }: { claim: Claim; side: 'brand' | 'creator' }) {
  const creator = side === 'creator' ? 'You' : claim.creator.name;
  const brand = side === 'brand' ? 'You' : claim.brand.name;
  const again = claim.reopenReason && claim.reopenedAt;
  const answerFirst = claim.answer && claim.answeredAt && (!claim.reopenedAt || Date.parse(claim.answeredAt) < Date.parse(claim.reopenedAt));
  const answer = claim.answer && claim.answeredAt && (
    <Said who={`${brand} answered`} when={claim.answeredAt}>
      <Words text={claim.answer} />
    </Said>
  );
  return (
    <>
      <Said who={side === 'creator' ? 'You said' : `${creator} says`} when={claim.createdAt}>
        <Words text={claim.evidence} />
        {claim.evidenceUrl && (
          <p style={{ marginTop: 6 }}>
            <a className="lk" href={claim.evidenceUrl} target="_blank" rel="noreferrer noopener nofollow">
              {claim.evidenceUrl.replace(/^https?:\/\//, '')} <span className="vh">(opens another site)</span>
              <span style={{ display: 'inline-block', verticalAlign: '-2px' }}>
                <Icon name="external" size={14} />
              </span>
            </a>
          </p>
        )}
        {claim.orderNumber && claim.placedOn && claim.amount && <p className="sm mut" style={{ marginTop: 6 }}>Of {formatDate(claim.placedOn)}, {formatMoney(claim.amount)}.</p>}
      </Said>
      <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
        <h3>{side === 'creator' ? 'What was found at once' : `What ${creator} was told at once`}</h3>
        <ul className="grid" style={{ gap: 6, marginTop: 6 }}>
          {claim.finding.split('\n').map((line) => (
            <li key={line} style={{ overflowWrap: 'anywhere' }}>{line}</li>
          ))}
        </ul>
      </section>
      {answerFirst && answer}
      {again && (
        <Said who={`${creator} asked again`} when={again}>
          <Words text={claim.reopenReason ?? ''} />
        </Said>
      )}
      {!answerFirst && answer}
    </>
  );
}
