import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { shiftDay } from '@/figures/range';
import { useBrand } from '@/frame/context';
import type { CreditModel, TouchKind } from '@/gql/graphql';
import { Button, Card, CheckField, FormErrors, IconButton, SelectField, TextArea, TextField, toast, useForm } from '@/ui';
import { PublishPolicyDocument, ReplayPolicyDocument, type Policy } from './policy_document';
import { kindName, MODELS, moved, percentOf, policySentence, ppmOf } from './policy_words';

const ALL: TouchKind[] = ['CODE', 'CLICK', 'BINDING', 'SURVEY', 'MODELLED'];

/** Ranges that a draft is tried on. */
const TRIES = [
  { value: '30', label: 'Orders of the last 30 days' },
  { value: '90', label: 'Orders of the last 90 days' },
  { value: '365', label: 'Orders of the last 365 days' },
];

const asDays = (text: string, highest: number): number | null => (/^\d{1,3}$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= highest ? Number(text) : null);

/** The next version of a policy: written, tried on stored orders, published. */
export function Draft({ policy }: { policy: Policy | null }) {
  const brand = useBrand();
  const [, publish] = useMutation(PublishPolicyDocument);
  const [, replay] = useMutation(ReplayPolicyDocument);
  const trying = useDeed();
  const [days, setDays] = useState('90');
  const [window, setWindow] = useState('');
  const [onlyKinds, setOnlyKinds] = useState('');
  const start = {
    model: (policy?.model ?? 'LAST_TOUCH') as CreditModel,
    precedence: policy ? [...policy.precedence, ...ALL.filter((kind) => !policy.precedence.includes(kind))] : ALL,
    halfLifeDays: String(policy?.halfLifeDays ?? 7),
    surveyPays: policy?.surveyPays ?? false,
    modelledPays: policy?.modelledPays ?? false,
    minimumConfidencePpm: percentOf(policy?.minimumConfidencePpm ?? 900_000),
    note: '',
  };
  const form = useForm({
    initial: start,
    async send(values) {
      const wrong = problemsOf(values);
      if (wrong.length > 0) return wrong;
      const errors = errorsOf(await publish({ input: { brandId: brand.id, ...rulesOf(values), note: values.note.trim() } }), (data) => data.publishPolicy);
      if (errors.length === 0) toast('Published. It holds for new orders from now on.');
      return errors;
    },
  });
  const { model, precedence, halfLifeDays, surveyPays, modelledPays, minimumConfidencePpm } = form.values;
  const same = model === start.model && precedence.join() === start.precedence.join() && (model !== 'TIME_DECAY' || halfLifeDays === start.halfLifeDays) && surveyPays === start.surveyPays && modelledPays === start.modelledPays && minimumConfidencePpm === start.minimumConfidencePpm;

  function problemsOf(values: typeof start) {
    const wrong: { code: string; message: string; field: string[] }[] = [];
    if (values.model === 'TIME_DECAY' && asDays(values.halfLifeDays, 90) === null) wrong.push({ code: 'BAD_FORMAT', message: 'Write a number of days, 1 to 90.', field: ['halfLifeDays'] });
    if ((values.surveyPays || values.modelledPays) && ppmOf(values.minimumConfidencePpm) === null) wrong.push({ code: 'BAD_FORMAT', message: 'Write a percentage, 0 to 100.', field: ['minimumConfidencePpm'] });
    return wrong;
  }

  function rulesOf(values: typeof start) {
    return {
      model: values.model,
      precedence: values.precedence,
      halfLifeDays: values.model === 'TIME_DECAY' ? (asDays(values.halfLifeDays, 90) ?? 7) : (policy?.halfLifeDays ?? 7),
      surveyPays: values.surveyPays,
      modelledPays: values.modelledPays,
      minimumConfidencePpm: ppmOf(values.minimumConfidencePpm) ?? policy?.minimumConfidencePpm ?? 900_000,
    };
  }

  const tryIt = () =>
    trying.run(async () => {
      if (form.fail(problemsOf(form.values))) return [];
      if (window.trim() !== '' && asDays(window, 365) === null) return [{ code: 'BAD_FORMAT', message: 'The click window is a number of days, 1 to 365.' }];
      const today = new Date().toISOString().slice(0, 10);
      const kinds: TouchKind[] = onlyKinds === '' ? [] : (onlyKinds.split(',') as TouchKind[]);
      const errors = errorsOf(
        await replay({ input: { brandId: brand.id, ...rulesOf(form.values), windowDays: asDays(window, 365), touchKinds: kinds, from: shiftDay(today, 1 - Number(days)), to: today } }, { additionalTypenames: ['PolicyReplay'] }),
        (data) => data.replayPolicy,
      );
      if (errors.length === 0) toast('The draft is being tried. Below it shows what would change.');
      return errors;
    });

  return (
    <Card title={policy ? 'Change it' : 'Publish the first one'} pad>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label="How credit is divided" hint={MODELS.find((entry) => entry.value === model)?.detail} value={model} options={MODELS} onValue={(value) => form.set('model', value as CreditModel)} error={form.errorAt('model')} />
        {model === 'TIME_DECAY' && <TextField label="Half-life, days" inputMode="numeric" className="n" value={halfLifeDays} onValue={(value) => form.set('halfLifeDays', value)} error={form.errorAt('halfLifeDays')} />}
        <section>
          <h3>What comes before what</h3>
          <p className="sm mut" style={{ margin: '2px 0 10px' }}>Where touches of several kinds are found, only the highest kind counts.</p>
          <ol style={{ border: '1px solid var(--line)', borderRadius: 8 }}>
            {precedence.map((kind, index) => (
              <li key={kind} className="row g3" style={{ padding: '6px 8px 6px 14px', borderTop: index > 0 ? '1px solid var(--line)' : undefined }}>
                <span className="n dim" style={{ width: 16 }}>{index + 1}</span>
                <b className="b grow">{kindName(kind)}</b>
                <IconButton icon="arrow-up" label={`Move ${kindName(kind)} up`} disabled={index === 0} onClick={() => form.set('precedence', moved(precedence, index, -1))} />
                <IconButton icon="arrow-down" label={`Move ${kindName(kind)} down`} disabled={index === precedence.length - 1} onClick={() => form.set('precedence', moved(precedence, index, 1))} />
              </li>
            ))}
          </ol>
          <FormErrors messages={[form.errorAt('precedence')].filter((message) => message !== undefined)} />
        </section>
        <CheckField label="A survey answer pays when nothing stronger counts" checked={surveyPays} onValue={(value) => form.set('surveyPays', value)} />
        <CheckField label="An estimated match by network and time pays when nothing stronger counts" checked={modelledPays} onValue={(value) => form.set('modelledPays', value)} />
        {(surveyPays || modelledPays) && <TextField label="Sure enough without a person, %" inputMode="decimal" className="n" hint="Answers below it wait for somebody to read them; matches below it earn nothing." value={minimumConfidencePpm} onValue={(value) => form.set('minimumConfidencePpm', value)} error={form.errorAt('minimumConfidencePpm')} />}
        <div className="card pad" style={{ background: 'var(--sunk)' }}>
          <p className="sm dim">What it says</p>
          <p className="b" style={{ marginTop: 2 }} aria-live="polite">{policySentence(model, precedence, Number(halfLifeDays) || 7)}</p>
        </div>
        <section className="grid" style={{ borderBlock: '1px solid var(--line)', paddingBlock: 16 }}>
          <div>
            <h3>Try it first</h3>
            <p className="sm mut" style={{ marginTop: 2 }}>Stored orders are decided anew on paper. Nothing that is stored or paid changes.</p>
          </div>
          <SelectField label="On" value={days} options={TRIES} onValue={setDays} />
          <TextField label="With a click window of so many days" inputMode="numeric" className="n" hint="Left empty, each program keeps its own." value={window} onValue={setWindow} />
          <SelectField
            label="Paying for"
            value={onlyKinds}
            options={[
              { value: '', label: 'What each program pays for' },
              { value: 'CLICK', label: 'Links only' },
              { value: 'CODE', label: 'Codes only' },
              { value: 'CLICK,CODE', label: 'Links and codes' },
              { value: 'CLICK,CODE,BINDING,SURVEY', label: 'Links, codes, earlier customers and survey answers' },
            ]}
            onValue={setOnlyKinds}
          />
          <FormErrors messages={trying.messages} />
          <div>
            <Button icon="chart" busy={trying.busy} onClick={() => void tryIt()}>
              Try it on stored orders
            </Button>
          </div>
        </section>
        <TextArea label="Words to your creators" rows={3} hint="They read it beside the new policy." value={form.values.note} onValue={(value) => form.set('note', value)} error={form.errorAt('note')} />
        <FormErrors messages={form.rest} />
        <div>
          <Button kind="primary" type="submit" busy={form.busy} disabled={policy !== null && same}>
            {policy ? `Publish version ${policy.version + 1}` : 'Publish'}
          </Button>
        </div>
      </form>
    </Card>
  );
}
