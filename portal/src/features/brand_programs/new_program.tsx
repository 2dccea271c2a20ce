import { useNavigate } from 'react-router';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useBrand, useFrame } from '@/frame/context';
import { graphql } from '@/gql';
import type { ProgramGoal, ProgramVisibility, TouchKind } from '@/gql/graphql';
import { currencyName, parseAmount, sentenceCase } from '@/lib/format';
import { Button, ButtonLink, Card, CheckField, FormErrors, PageHead, SelectField, TextArea, TextField, useForm } from '@/ui';
import { GOALS, TOUCHES, VISIBILITIES } from './program_words';
import { CreateProgramDocument } from './programs_document';
import './brand_programs.css';

const BrandCurrencyDocument = graphql(`
  query BrandCurrency($brandId: ID!) {
    brand(id: $brandId) {
      id
      currency
      websiteUrl
    }
  }
`);

const CURRENCIES = ['EUR', 'USD', 'GBP', 'CHF', 'SEK', 'DKK', 'NOK', 'PLN', 'CAD', 'AUD', 'JPY'];

/** A whole number that was typed, or null. */
const whole = (text: string): number | null => (/^\d{1,4}$/.test(text.trim()) ? Number(text.trim()) : null);

/** Makes a program; its commission and terms are published on its own page. */
export default function NewProgram() {
  const brand = useBrand();
  const { hat } = useFrame();
  const navigate = useNavigate();
  const [{ data }] = useQuery({ query: BrandCurrencyDocument, variables: { brandId: brand.id } });
  const [, create] = useMutation(CreateProgramDocument);
  const currency = data?.brand?.currency ?? 'EUR';
  const form = useForm({
    initial: { name: '', summary: '', goal: 'REVENUE' as ProgramGoal, currency: '', clickWindowDays: '30', holdDays: '30', trialDays: '42', minimumPayout: '', touchKinds: ['CLICK', 'CODE'] as TouchKind[], visibility: 'PUBLIC' as ProgramVisibility, defaultDestinationUrl: '', autoApprove: false },
    async send(values) {
      const days = { clickWindowDays: whole(values.clickWindowDays), holdDays: whole(values.holdDays), trialDays: whole(values.trialDays) };
      const wrong = Object.entries(days).filter(([, value]) => value === null).map(([key]) => ({ code: 'BAD_FORMAT', message: 'Write a number of days.', field: [key] }));
      const code = values.currency || currency;
      const minimum = values.minimumPayout.trim() === '' ? null : parseAmount(values.minimumPayout, code);
      if (values.minimumPayout.trim() !== '' && minimum === null) wrong.push({ code: 'BAD_FORMAT', message: 'Write an amount, for example 25.00.', field: ['minimumPayout'] });
      if (wrong.length > 0) return wrong;
      const answer = await create({
        input: {
          brandId: brand.id,
          name: values.name.trim(),
          summary: values.summary.trim(),
          goal: values.goal,
          currency: code,
          clickWindowDays: days.clickWindowDays,
          holdDays: days.holdDays,
          trialDays: days.trialDays,
          minimumPayout: minimum,
          touchKinds: values.touchKinds,
          visibility: values.visibility,
          defaultDestinationUrl: values.defaultDestinationUrl.trim() || null,
          autoApprove: values.autoApprove,
        },
      });
      const errors = errorsOf(answer, (found) => found.createProgram);
      const made = answer.data?.createProgram.program;
      if (errors.length === 0 && made) void navigate(`${hat.base}/programs/${made.slug}?tab=offer`);
      return errors;
    },
  });
  const text = (key: 'name' | 'summary' | 'clickWindowDays' | 'holdDays' | 'trialDays' | 'minimumPayout' | 'defaultDestinationUrl') => ({ value: form.values[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key) });
  return (
    <>
      <PageHead title="Make a program" crumbs={[{ label: 'Programs and offers', to: `${hat.base}/programs` }, { label: 'New' }]} line="It starts closed: only your team sees it until its commission and terms are published and you open it." />
      <form onSubmit={form.onSubmit} noValidate className="grid" style={{ maxWidth: 720 }}>
        <Card title="What it is" pad>
          <div className="grid">
            <TextField label="Name" placeholder="Glow Circle" {...text('name')} />
            <TextArea label="In one sentence" rows={2} hint="In the list of programs and on its public page." {...text('summary')} />
            <div className="pair">
              <SelectField label="What it is for" value={form.values.goal} options={GOALS} onValue={(value) => form.set('goal', value as ProgramGoal)} error={form.errorAt('goal')} />
              <SelectField label="Who finds it" value={form.values.visibility} options={VISIBILITIES} onValue={(value) => form.set('visibility', value as ProgramVisibility)} error={form.errorAt('visibility')} />
            </div>
            <CheckField label="Let everybody in who applies, without a decision" checked={form.values.autoApprove} onValue={(value) => form.set('autoApprove', value)} error={form.errorAt('autoApprove')} />
          </div>
        </Card>
        <Card title="What counts" pad>
          <div className="grid">
            <fieldset style={{ border: 0 }}>
              <legend className="b" style={{ marginBottom: 10 }}>What may earn</legend>
              <div className="ticks">
                {TOUCHES.map((kind) => (
                  <CheckField
                    key={kind.value}
                    label={
                      <>
                        <span className="b">{kind.label}</span>
                        <span className="sm mut blk">{kind.detail}</span>
                      </>
                    }
                    checked={form.values.touchKinds.includes(kind.value)}
                    onValue={(on) => form.set('touchKinds', on ? [...form.values.touchKinds, kind.value] : form.values.touchKinds.filter((entry) => entry !== kind.value))}
                  />
                ))}
              </div>
              <FormErrors messages={[form.errorAt('touchKinds')].filter((message) => message !== undefined)} />
            </fieldset>
            <div className="pair">
              <TextField label="Links count for, days" inputMode="numeric" className="n" hint="From a tap to the order." {...text('clickWindowDays')} />
              <TextField label="Return period, days" inputMode="numeric" className="n" hint="Commissions wait for it." {...text('holdDays')} />
            </div>
            <TextField label="Where links lead" type="url" placeholder={data?.brand?.websiteUrl ?? 'https://'} hint="On one of your own domains. Your website when left out." {...text('defaultDestinationUrl')} />
          </div>
        </Card>
        <Card title="Money" pad>
          <div className="pair">
            <SelectField label="Pays in" hint="It cannot change later." value={form.values.currency || currency} options={[...new Set([currency, ...CURRENCIES])].map((code) => ({ value: code, label: `${sentenceCase(currencyName(code))} (${code})` }))} onValue={(value) => form.set('currency', value)} error={form.errorAt('currency')} />
            <TextField label="Smallest payout" inputMode="decimal" className="n" placeholder="0" hint="Less is carried to the next payout." {...text('minimumPayout')} />
            <TextField label="Trial, days" inputMode="numeric" className="n" {...text('trialDays')} />
          </div>
        </Card>
        <FormErrors messages={form.rest} />
        <div className="row g2">
          <Button kind="primary" type="submit" busy={form.busy}>
            Make the program
          </Button>
          <ButtonLink to={`${hat.base}/programs`}>Not now</ButtonLink>
        </div>
      </form>
    </>
  );
}
