import { Link } from 'react-router';
import { useRows } from '@/api/rows';
import type { CreatorReviewsQuery } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { BlockSkeleton, ButtonLink, Card, EmptyPage, Loaded, MoreRows, PageHead, Status } from '@/ui';
import { Compared } from './compared';
import { decidedForMe, periodOf } from './review_words';
import { MyReviewsDocument } from './reviews_document';
import './reviews.css';

type Review = CreatorReviewsQuery['reviews']['nodes'][number];

/** Reviews a page. */
const ROWS = 10;

/** What brands said of the creator's work, newest first. */
export default function MyReviews() {
  const list = useRows({ query: MyReviewsDocument, variables: { first: ROWS }, pick: (data) => data.reviews, types: ['Review'] });
  return (
    <>
      <PageHead title="Reviews" line="What each brand thinks of how it went, after your trial and then every 90 days." />
      <Loaded data={list.rows} error={list.error} again={list.again} skeleton={<Card><BlockSkeleton height={280} /></Card>}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyPage
              title="Your first review comes after the trial"
              action={<ButtonLink kind="primary" icon="chart" to="/creator">See how it goes</ButtonLink>}
              steps={[
                { name: 'Your trial ends', detail: 'How long it is stands on the program’s page.' },
                { name: 'The brand looks back', detail: 'At your figures, beside the middle of its program.' },
                { name: 'You read it here', detail: 'What they decided, and why, in their own words.' },
              ]}
            >
              A brand says what it thinks of the first weeks, and what comes next.
            </EmptyPage>
          ) : (
            <div className="grid">
              {rows.map((review) => (
                <ReviewCard key={review.id} review={review} />
              ))}
              {list.more && (
                <Card>
                  <div className="tfoot" style={{ borderTop: 0 }}>
                    <MoreRows shown={rows.length} total={list.total} one="review" many="reviews" more={list.more} busy={list.loadingMore} />
                  </div>
                </Card>
              )}
            </div>
          )
        }
      </Loaded>
    </>
  );
}

function ReviewCard({ review }: { review: Review }) {
  const { program } = review.partnership;
  const period = periodOf(review);
  const said = review.decision && decidedForMe(review.decision);
  return (
    <Card title={`${program.brand.name}, ${program.name}`} action={<Link className="lk" to={`/creator/programs/${program.slug}`}>The program</Link>}>
      <div className="myreview">
        <div>
          {said && (
            <Status tone={said.tone} icon={said.icon} detail={review.decidedAt ? `Written on ${formatDate(review.decidedAt)}, about ${period.kind === 'trial' ? 'your trial, ' : ''}${period.days}` : undefined}>
              {said.words}
            </Status>
          )}
          {review.words && <blockquote>{review.words}</blockquote>}
        </div>
        <div>
          <Compared figures={review.figures} medians={review.medians} who="You" />
          <p className="sm dim" style={{ marginTop: 10 }}>
            Half of the program’s creators had less than the middle.
          </p>
        </div>
      </div>
    </Card>
  );
}
