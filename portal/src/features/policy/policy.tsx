import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import type { AttributionPolicyQuery, CreditModel, TouchKind } from '@/gql/graphql';
import { formatDate } from '@/lib/format';
import { BlockSkeleton, Button, Card, Facts, FilterSelect, FormErrors, IconButton, Loaded, PageHead, SelectField, TextArea, TextField, toast, useForm, useView } from '@/ui';
import { kindName, MODELS, moved, policySentence } from './policy_words';

const PolicyDocument = graphql(`
  query AttributionPolicy($brandId: ID!, $version: Int) {
    attributionPolicy(brandId: $brandId, version: $version) {
      id
      version
      model
      precedence
      halfLifeDays
      effectiveAt
      note
    }
  }
`);

const PublishPolicyDocument = graphql(`
  mutation PublishPolicy($input: PublishPolicyInput!) {
    publishPolicy(input: $input) {
      policy {
        id
        version
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

type Policy = NonNullable<AttributionPolicyQuery['attributionPolicy']>;

const FRESH = { additionalTypenames: ['AttributionPolicy'] };
const ALL: TouchKind[] = ['CODE', 'CLICK', 'BINDING', 'SURVEY', 'MODELLED'];

/** How the brand divides the credit of a sale, with every version that held. */
export default function PolicyPage() {
  const brand = useBrand();
  const may = useMay();
  const view = useView();
  const [now, readNow] = useQuery({ query: PolicyDocument, variables: { brandId: brand.id }, context: FRESH });
  const current = now.data?.attributionPolicy;
  const asked = Number(view.get('version')) || null;
  const [older, readOlder] = useQuery({ query: PolicyDocument, variables: { brandId: brand.id, version: asked }, pause: asked === null });
  const shown = asked && current && asked !== current.version ? older.data?.attributionPolicy : current;
  return (
    <>
      <PageHead title="Attribution" line="Which touch earns a sale when several led to it. It holds for every program, and each decision keeps the version it was made by." />
      <Loaded
        data={now.data}
        error={now.error ?? older.error}
        again={() => {
          readNow({ requestPolicy: 'network-only' });
          if (asked) readOlder({ requestPolicy: 'network-only' });
        }}
        skeleton={<BlockSkeleton height={320} />}
      >
        {() => (
          <div className="cols wide">
            {may('writePrograms') ? (
              <Draft key={current?.id ?? 'none'} policy={current ?? null} />
            ) : (
              <Card title="In force" pad>
                <p className="lead">{current ? policySentence(current.model, current.precedence, current.halfLifeDays) : 'No policy is published yet.'}</p>
              </Card>
            )}
            <div className="grid">
              {current && (
                <Card
                  title={shown && shown.version !== current.version ? `Version ${shown.version}` : 'In force'}
                  action={current.version > 1 ? <FilterSelect name="Version" value={String(shown?.version ?? current.version)} options={Array.from({ length: current.version }, (_, index) => ({ value: String(current.version - index), label: String(current.version - index) }))} onChange={(value) => view.set({ version: value === String(current.version) ? null : value })} /> : undefined}
                  pad
                >
                  {shown ? <Shown policy={shown} /> : <BlockSkeleton height={120} />}
                </Card>
              )}
              <Card title="What a change does" pad>
                <p className="mut">A new version holds for orders from then on. Decisions that were made stay as they are, with the version they were made by.</p>
              </Card>
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
}

function Shown({ policy }: { policy: Policy }) {
  return (
    <>
      <p style={{ marginBottom: 14 }}>{policySentence(policy.model, policy.precedence, policy.halfLifeDays)}</p>
      <Facts items={[{ name: 'Version', value: policy.version }, { name: 'From', value: formatDate(policy.effectiveAt) }, { name: 'Order', value: policy.precedence.map(kindName).join(', ') }]} />
      {policy.note && <p className="mut" style={{ marginTop: 14 }}>“{policy.note}”</p>}
    </>
  );
}

function Draft({ policy }: { policy: Policy | null }) {
  const brand = useBrand();
  const [, publish] = useMutation(PublishPolicyDocument);
  const start = { model: (policy?.model ?? 'LAST_TOUCH') as CreditModel, precedence: policy ? [...policy.precedence, ...ALL.filter((kind) => !policy.precedence.includes(kind))] : ALL, halfLifeDays: String(policy?.halfLifeDays ?? 7), note: '' };
  const form = useForm({
    initial: start,
    async send(values) {
      const days = /^\d{1,2}$/.test(values.halfLifeDays.trim()) ? Number(values.halfLifeDays) : null;
      if (values.model === 'TIME_DECAY' && days === null) return [{ code: 'BAD_FORMAT', message: 'Write a number of days, 1 to 90.', field: ['halfLifeDays'] }];
      const errors = errorsOf(await publish({ input: { brandId: brand.id, model: values.model, precedence: values.precedence, halfLifeDays: values.model === 'TIME_DECAY' ? days : (policy?.halfLifeDays ?? 7), note: values.note.trim() } }), (data) => data.publishPolicy);
      if (errors.length === 0) toast('Published. It holds for new orders from now on.');
      return errors;
    },
  });
  const { model, precedence, halfLifeDays } = form.values;
  const same = model === start.model && precedence.join() === start.precedence.join() && (model !== 'TIME_DECAY' || halfLifeDays === start.halfLifeDays);
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
        <div className="card pad" style={{ background: 'var(--sunk)' }}>
          <p className="sm dim">What it says</p>
          <p className="b" style={{ marginTop: 2 }} aria-live="polite">{policySentence(model, precedence, Number(halfLifeDays) || 7)}</p>
        </div>
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
