import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import { currencyName, formatBasisPoints, formatDate, formatMoney, isZero, plural, sentenceCase } from '@/lib/format';
import { Button, ButtonLink } from '@/ui/button';
import { Card } from '@/ui/card';
import { Facts } from '@/ui/figures';
import { FormErrors } from '@/ui/form';
import { Markdown } from '@/ui/markdown';
import { Status } from '@/ui/status';
import { toast } from '@/ui/toast';
import { AcceptTerms, termsToAccept } from './accept_terms';
import { ApplicationForm } from './application_form';
import { BecomeCreator } from './become_creator';
import { WithdrawDocument, type ProgramViewer, type ShownProgram } from './program_document';
import { applicationWords, exampleWords, holdWords, partnershipWords, touchWords } from './program_words';
import './programs.css';

const takesPart = ({ viewerPartnership: partnership }: ShownProgram) => partnership != null && partnership.status !== 'EXPIRED' && partnership.status !== 'DECLINED';
const waits = ({ viewerApplication: application }: ShownProgram) => application != null && application.status !== 'WITHDRAWN' && application.status !== 'DECLINED';
const mayApply = (program: ShownProgram) => program.status === 'ACTIVE' && !takesPart(program) && !waits(program);

/** A program as a creator sees it: what it pays, how it counts, its terms, and the way in. */
export function ProgramStory({ program, viewer }: { program: ShownProgram; viewer: ProgramViewer }) {
  const { offer, terms } = program;
  const creator = viewer?.creator;
  const accept = termsToAccept(program);
  const example = offer && exampleWords(offer, program.currency);
  const rates = [
    ...(offer?.newCustomerRate != null ? [{ name: 'For new customers', value: formatBasisPoints(offer.newCustomerRate) }] : []),
    ...(offer?.overrides.map((entry) => ({ name: entry.name, value: entry.rate === 0 ? 'Earns nothing' : formatBasisPoints(entry.rate) })) ?? []),
    ...(offer?.capPerOrder ? [{ name: 'At most for one order', value: formatMoney(offer.capPerOrder) }] : []),
  ];
  return (
    <div className="cols wide story">
      <div className="grid">
        {accept && <AcceptTerms program={program} />}
        <Card title="What you earn" pad className="s-earn">
          {offer ? (
            <>
              <p className="earnline">{offer.sentence}</p>
              {example && <p className="mut">{example}</p>}
              {rates.length > 0 && (
                <div className="mt">
                  <Facts items={rates} />
                </div>
              )}
            </>
          ) : (
            <p className="mut">{program.brand.name} has not published its rates yet.</p>
          )}
        </Card>
        {program.description && (
          <Card title={`About ${program.name}`} pad className="s-about">
            <Markdown text={program.description} level={3} />
          </Card>
        )}
        {creator && mayApply(program) && (
          <Card title={program.autoApprove ? 'Join' : 'Your application'} pad className="s-form">
            <span id="apply" />
            <ApplicationForm key={program.id} program={program} publishes={creator.socialAccounts.map((account) => account.platform)} />
          </Card>
        )}
        {terms && !accept && (
          <Card label="The terms" pad className="s-terms">
            <details className="termsfold">
              <summary>
                <b className="b">The terms</b>
                <span className="sm dim">
                  {' '}
                  version {terms.version}, in force since {formatDate(terms.effectiveAt)}
                </span>
              </summary>
              <Markdown text={terms.body} level={3} />
            </details>
          </Card>
        )}
      </div>
      <div className="grid">
        <WayIn program={program} viewer={viewer} waitsForTerms={accept !== null} />
        <Card title="How it works" pad className="s-how">
          <Facts
            items={[
              { name: 'What counts', value: touchWords(program.touchKinds) },
              { name: 'A click counts for', value: plural(program.clickWindowDays, 'day', 'days') },
              { name: 'Return period', value: holdWords(program.holdDays) },
              { name: 'Smallest payout', value: isZero(program.minimumPayout) ? 'Any amount' : formatMoney(program.minimumPayout) },
              { name: 'Paid in', value: sentenceCase(currencyName(program.currency)) },
              { name: 'Trial', value: program.trialDays > 0 ? plural(program.trialDays, 'day', 'days') : 'None' },
            ]}
          />
        </Card>
      </div>
    </div>
  );
}

function WayIn({ program, viewer, waitsForTerms }: { program: ShownProgram; viewer: ProgramViewer; waitsForTerms: boolean }) {
  const { viewerPartnership: partnership, viewerApplication: application } = program;
  const creator = viewer?.creator;
  if (partnership && takesPart(program)) {
    const { tone, words } = partnershipWords(partnership);
    return (
      <Card title="You and this program" pad className="s-way">
        <Status tone={tone} detail={partnership.statusReason}>
          {words}
        </Status>
        {partnership.status === 'ACTIVE' && !waitsForTerms && (
          <div className="mt grid">
            <ButtonLink kind="primary" wide icon="link" to="/creator/links">
              Get a link
            </ButtonLink>
            <ButtonLink wide icon="book" to={`/creator/resources?program=${program.id}`}>
              What helps you here
            </ButtonLink>
          </div>
        )}
      </Card>
    );
  }
  if (application && waits(program)) return <Applied application={application} brand={program.brand.name} />;
  const to = encodeURIComponent(`/p/${program.slug}`);
  const title = program.autoApprove ? 'Join' : 'Apply';
  if (program.status !== 'ACTIVE') {
    return (
      <Card title={title} pad className="s-way">
        <p className="mut">{program.status === 'CLOSED' ? 'This program is over.' : 'This program takes nobody in at the moment.'}</p>
      </Card>
    );
  }
  return (
    <Card title={title} pad className="s-way">
      {application?.status === 'DECLINED' && (
        <p className="mut" style={{ marginBottom: 12 }}>
          {program.brand.name} said no on {formatDate(application.decidedAt ?? application.createdAt)}
          {application.reason ? `: ${application.reason}` : '.'} You may apply again.
        </p>
      )}
      {!viewer?.user ? (
        <div className="grid">
          <p className="mut">{program.autoApprove ? 'Creators who apply are let in at once.' : `${program.brand.name} reads every application.`} An account takes a minute.</p>
          <ButtonLink kind="primary" wide to={`/sign-up?to=${to}`}>
            Make an account to {program.autoApprove ? 'join' : 'apply'}
          </ButtonLink>
          <ButtonLink wide to={`/sign-in?to=${to}`}>
            Sign in
          </ButtonLink>
        </div>
      ) : !creator ? (
        <BecomeCreator name={viewer.user.name} />
      ) : (
        <div className="grid">
          <p className="mut">{program.autoApprove ? 'Creators who apply are let in at once.' : `${program.brand.name} reads every application and answers here and by e-mail.`}</p>
          <ButtonLink kind="primary" wide href="#apply">
            {program.autoApprove ? 'Join the program' : 'Write the application'}
          </ButtonLink>
        </div>
      )}
    </Card>
  );
}

function Applied({ application, brand }: { application: NonNullable<ShownProgram['viewerApplication']>; brand: string }) {
  const [{ fetching }, withdraw] = useMutation(WithdrawDocument);
  const [problems, setProblems] = useState<string[]>([]);
  const { tone, words } = applicationWords(application.status);

  async function takeBack() {
    const result = await withdraw({ input: { applicationId: application.id } });
    if (result.error) setProblems([asTrouble(result.error).message]);
    else if (result.data?.withdrawApplication.application) toast('Your application is taken back.');
    else setProblems(result.data?.withdrawApplication.userErrors.map((entry) => entry.message) ?? []);
  }

  return (
    <Card title="Your application" pad className="s-way">
      <Status tone={tone} detail={application.reason ?? `Sent on ${formatDate(application.createdAt)}. ${brand} answers here and by e-mail.`}>
        {words}
      </Status>
      <FormErrors messages={problems} />
      {application.status !== 'APPROVED' && (
        <Button small className="mt" busy={fetching} onClick={() => void takeBack()}>
          Take it back
        </Button>
      )}
    </Card>
  );
}
