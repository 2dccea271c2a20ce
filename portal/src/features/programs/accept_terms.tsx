import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import { formatDate } from '@/lib/format';
import { Button } from '@/ui/button';
import { Card } from '@/ui/card';
import { CheckField, FormErrors, useForm } from '@/ui/form';
import { Markdown } from '@/ui/markdown';
import { toast } from '@/ui/toast';
import { AcceptTermsDocument, type ShownProgram } from './program_document';

const CHANGES = { additionalTypenames: ['Partnership', 'Program', 'Link', 'Code'] };

/** The version that waits for the creator's yes; null when there is none. */
export function termsToAccept(program: Pick<ShownProgram, 'terms' | 'viewerPartnership'>): { version: number } | null {
  const { terms, viewerPartnership: partnership } = program;
  if (!terms || !partnership) return null;
  const takesPart = partnership.status === 'AWAITING_TERMS' || partnership.status === 'ACTIVE' || (partnership.status === 'PAUSED' && partnership.pauseKind === 'TERMS');
  return takesPart && partnership.acceptedTermsVersion < terms.version ? terms : null;
}

/** The terms to read, and the two things that a creator says yes to. */
export function AcceptTerms({ program }: { program: ShownProgram }) {
  const [, acceptTerms] = useMutation(AcceptTermsDocument);
  const [read, setRead] = useState(false);
  const { terms, viewerPartnership: partnership } = program;
  const first = (partnership?.acceptedTermsVersion ?? 0) === 0;
  const form = useForm({
    initial: { disclosureAccepted: false },
    async send({ disclosureAccepted }) {
      if (!partnership || !terms) return null;
      const missing = [];
      if (!read) missing.push({ code: 'REQUIRED', message: 'Read the terms, then say that you accept them.', field: ['version'] });
      if (!disclosureAccepted) missing.push({ code: 'REQUIRED', message: 'Advertising has to be marked; without this nothing can earn.', field: ['disclosureAccepted'] });
      if (missing.length > 0) return missing;
      const result = await acceptTerms({ input: { partnershipId: partnership.id, version: terms.version, disclosureAccepted } }, CHANGES);
      if (result.error) throw asTrouble(result.error);
      if (result.data?.acceptTerms.partnership) toast(`You accepted version ${terms.version}. Your links earn from now on.`);
      return result.data?.acceptTerms.userErrors;
    },
    fields: ['version', 'disclosureAccepted'],
  });
  if (!terms || !partnership) return null;
  return (
    <Card title={first ? 'Accept the terms' : `New terms: version ${terms.version}`} pad className="s-accept">
      <p className="mut measure">
        {first ? 'Read them first; links and codes earn once you accept.' : `You accepted version ${partnership.acceptedTermsVersion}. Version ${terms.version} is in force since ${formatDate(terms.effectiveAt)}.`}
      </p>
      {/* A long text is read in its own frame, with the keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling region needs focus to be scrolled by keys */}
      <div className="termsbox" tabIndex={0} role="region" aria-label="The terms">
        <Markdown text={terms.body} level={3} />
      </div>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <CheckField label={`I accept these terms (version ${terms.version}).`} checked={read} onValue={setRead} error={read ? undefined : form.errorAt('version')} />
        <CheckField label="I mark every post with a link or code as advertising, as the rules of my country ask." checked={form.values.disclosureAccepted} onValue={(value) => form.set('disclosureAccepted', value)} error={form.errorAt('disclosureAccepted')} />
        <FormErrors messages={form.rest} />
        <div>
          <Button kind="primary" type="submit" busy={form.busy}>
            Accept the terms
          </Button>
        </div>
      </form>
    </Card>
  );
}
