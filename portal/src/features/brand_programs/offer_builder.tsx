import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { useMay } from '@/frame/rights';
import type { CommissionKind, ProgramFieldsFragment } from '@/gql/graphql';
import { difference } from '@/lib/amount';
import { formatDate, formatMoney, plural } from '@/lib/format';
import { Button, Card, CheckField, Facts, FormErrors, IconButton, SelectField, TextArea, TextField, toast, useForm } from '@/ui';
import { draftOf, exampleOf, readOffer, sentenceOf, type DraftOverride, type OfferDraft } from './offer_draft';
import { PublishOfferDocument } from './programs_document';

const KINDS: readonly { value: CommissionKind; label: string }[] = [
  { value: 'PERCENT', label: 'A percentage of each line' },
  { value: 'FLAT_PER_ORDER', label: 'A fixed amount for each order' },
  { value: 'FLAT_PER_UNIT', label: 'A fixed amount for each piece' },
];

const LATER: readonly { value: OfferDraft['recurringTerm']; label: string }[] = [
  { value: '', label: 'Earn only when a link or code led to them' },
  { value: 'MONTHS', label: 'Earn for some months' },
  { value: 'LIFETIME', label: 'Earn for as long as the customer buys' },
];

/** The net amount of the example order. */
const EXAMPLE_NET = '80.00';
const MAX_OVERRIDES = 100;

/** Terms on the left; on the right, live, what they say and what an example order earns. */
export function OfferBuilder({ program, creators }: { program: ProgramFieldsFragment; creators: number }) {
  const may = useMay();
  const [, publish] = useMutation(PublishOfferDocument);
  const start = draftOf(program.offer);
  const form = useForm<OfferDraft>({
    initial: start,
    fields: ['name', 'kind', 'rate', 'newCustomerRate', 'flatAmount', 'capPerOrder', 'recurring.months', 'recurring.rate', 'note', ...start.overrides.flatMap((_, index) => [`overrides.${index}.rate`, `overrides.${index}.name`])],
    async send(values) {
      const read = readOffer(values, program.currency);
      if (read.errors.length > 0) return read.errors;
      const errors = errorsOf(
        await publish({ input: { programId: program.id, name: values.name.trim(), kind: values.kind, rate: read.rate, newCustomerRate: read.newCustomerRate, flatAmount: read.flatAmount, capPerOrder: read.capPerOrder, overrides: read.overrides, recurring: read.recurring, note: values.note.trim() } }),
        (data) => data.publishOffer,
      );
      if (errors.length === 0) toast('Published. New sales earn by it from now on.');
      return errors;
    },
  });
  const draft = form.values;
  const text = (key: 'name' | 'rate' | 'newCustomerRate' | 'flatAmount' | 'capPerOrder' | 'note') => ({ value: draft[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key) ?? form.errorAt(`${key}.amount`) });
  const change = (index: number, changes: Partial<DraftOverride>) => form.set('overrides', draft.overrides.map((entry, place) => (place === index ? { ...entry, ...changes } : entry)));
  const percent = draft.kind === 'PERCENT';
  const now = sentenceOf(draft, program.currency);
  const same = JSON.stringify({ ...draft, note: '' }) === JSON.stringify(start);
  const net = { amount: EXAMPLE_NET, currencyCode: program.currency };
  const returning = exampleOf(draft, program.currency, EXAMPLE_NET, false);
  const fresh = exampleOf(draft, program.currency, EXAMPLE_NET, true);

  if (!may('writePrograms')) {
    return (
      <Card title="Commission" pad>
        <p className="lead">{program.offer?.sentence ?? 'No commission is published yet.'}</p>
      </Card>
    );
  }
  return (
    <form className="cols wide" onSubmit={form.onSubmit} noValidate>
      <Card title={program.offer ? `Change the commission` : 'Publish the commission'} pad>
        <div className="grid">
          <div className="pair">
            <TextField label="What to call it" {...text('name')} />
            <SelectField label="How it is reckoned" value={draft.kind} options={KINDS} onValue={(value) => form.set('kind', value as CommissionKind)} error={form.errorAt('kind')} />
          </div>
          {percent ? (
            <div className="pair">
              <TextField label="Rate, %" inputMode="decimal" className="n" hint="Of each line after discounts, without tax and shipping." {...text('rate')} />
              <TextField label="Rate for new customers, %" inputMode="decimal" className="n" placeholder="The same" {...text('newCustomerRate')} />
            </div>
          ) : (
            <TextField label={`Amount in ${program.currency}`} inputMode="decimal" className="n" {...text('flatAmount')} />
          )}
          <TextField label={`Most that one order earns, in ${program.currency}`} inputMode="decimal" className="n" placeholder="No limit" {...text('capPerOrder')} />
          {percent && (
            <section>
              <h3 style={{ marginBottom: 8 }}>Other rates for some products</h3>
              <div className="grid">
                {draft.overrides.map((override, index) => (
                  <div key={index} className="overr">
                    <TextField label="Name" value={override.name} onValue={(name) => change(index, { name })} error={form.errorAt(`overrides.${index}.name`)} />
                    <TextField label="Rate, %" inputMode="decimal" className="n" value={override.rate} onValue={(rate) => change(index, { rate })} error={form.errorAt(`overrides.${index}.rate`)} />
                    <div className="grid" style={{ gap: 10 }}>
                      <TextField label="Collections" placeholder="serum, winter" value={override.collections} onValue={(collections) => change(index, { collections })} error={form.errorAt(`overrides.${index}.collections`)} />
                      <TextField label="Product numbers" placeholder="With commas between" value={override.productIds} onValue={(productIds) => change(index, { productIds })} error={form.errorAt(`overrides.${index}.productIds`)} />
                    </div>
                    <IconButton icon="trash" label={`Take out ${override.name || 'this rate'}`} onClick={() => form.set('overrides', draft.overrides.filter((_, place) => place !== index))} />
                  </div>
                ))}
                {draft.overrides.length < MAX_OVERRIDES && (
                  <div>
                    <Button small icon="plus" onClick={() => form.set('overrides', [...draft.overrides, { name: '', rate: '', collections: '', productIds: '' }])}>
                      Add a rate
                    </Button>
                  </div>
                )}
              </div>
            </section>
          )}
          <section className="grid">
            <SelectField label="Later orders of customers whom they bring" hint={draft.recurringTerm === '' || draft.recurringTerm === 'FIRST_ORDER' ? undefined : 'A new customer belongs to the creator with most credit for their first paid order. Another creator’s link or code still earns the order that it leads to.'} value={draft.recurringTerm} options={LATER} onValue={(value) => form.set('recurringTerm', value as OfferDraft['recurringTerm'])} />
            {(draft.recurringTerm === 'MONTHS' || draft.recurringTerm === 'LIFETIME') && (
              <>
                <div className="pair">
                  {draft.recurringTerm === 'MONTHS' && <TextField label="Months" inputMode="numeric" className="n" value={draft.recurringMonths} onValue={(value) => form.set('recurringMonths', value)} error={form.errorAt('recurring.months')} />}
                  <TextField label="Rate of later orders, %" inputMode="decimal" className="n" placeholder="As other returning customers" value={draft.recurringRate} onValue={(value) => form.set('recurringRate', value)} error={form.errorAt('recurring.rate')} />
                </div>
                <CheckField label="They go on earning when the partnership is over" checked={draft.recurringKept} onValue={(value) => form.set('recurringKept', value)} />
              </>
            )}
          </section>
          <TextArea label="Words to your creators" rows={3} hint="They read it beside the new terms." {...text('note')} />
          <FormErrors messages={form.rest} />
          <div>
            <Button kind="primary" type="submit" busy={form.busy} disabled={same && program.offer !== null && program.offer !== undefined}>
              {program.offer ? `Publish version ${program.offer.version + 1}` : 'Publish'}
            </Button>
          </div>
        </div>
      </Card>
      <div className="liveoffer grid">
        <Card label="What creators read" pad>
          <p className="sm dim">What creators read</p>
          <p className="lead" style={{ marginTop: 4, fontWeight: 550 }} aria-live="polite">{now}</p>
          {program.offer && !same && (
            <p className="mut" style={{ marginTop: 10 }}>
              Now: {program.offer.sentence}
            </p>
          )}
        </Card>
        <Card title="An order of two pieces" pad>
          <Facts
            items={[
              { name: 'Can earn, net', value: formatMoney(net) },
              { name: 'Creator earns', value: returning ? formatMoney(returning) : '–' },
              ...(percent && draft.newCustomerRate.trim() ? [{ name: '… of a new customer', value: fresh ? formatMoney(fresh) : '–' }] : []),
              { name: 'Left for you', value: returning ? formatMoney(difference(net, returning)) : '–', total: true },
            ]}
          />
        </Card>
        <Card title="What changes for whom" pad>
          <p className="mut">
            {program.offer
              ? `Sales before the change keep version ${program.offer.version}, in force since ${formatDate(program.offer.effectiveAt)}. New sales of ${creators === 0 ? 'every creator' : plural(creators, 'creator', 'creators')} earn by the new one.`
              : 'Nothing yet: it holds from the moment that you publish it, for every sale after that.'}
          </p>
        </Card>
      </div>
    </form>
  );
}
