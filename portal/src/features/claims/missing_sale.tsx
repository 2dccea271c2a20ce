import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { parseAmount } from '@/lib/format';
import { Button, FormErrors, Segmented, SelectField, SidePanel, TextArea, TextField, toast, useForm } from '@/ui';
import { ClaimPlacesDocument, DisputeDocument } from './claim_document';
import { promiseWords } from './claim_words';

type By = 'number' | 'day';

/** Says that a sale is missing: by its number, or by its day and amount. */
export function MissingSale({ onClose, onMade }: { onClose: () => void; onMade: (id: string) => void }) {
  const [{ data }] = useQuery({ query: ClaimPlacesDocument });
  const [, dispute] = useMutation(DisputeDocument);
  const [by, setBy] = useState<By>('number');
  const places = data?.partnerships.nodes ?? [];
  const form = useForm({
    initial: { partnershipId: '', orderNumber: '', placedOn: '', amount: '', evidence: '', evidenceUrl: '' },
    async send(values) {
      const place = places.find((entry) => entry.id === values.partnershipId) ?? places[0];
      if (!place) return [{ code: 'REQUIRED', message: 'You are in no program yet.', field: ['partnershipId'] }];
      const { currency } = place.program;
      const amount = by === 'day' ? parseAmount(values.amount, currency) : null;
      const missing = [];
      if (by === 'number' && !values.orderNumber.trim()) missing.push({ code: 'REQUIRED', message: 'Write the number of the order.', field: ['orderNumber'] });
      if (by === 'day' && !values.placedOn) missing.push({ code: 'REQUIRED', message: 'Say on which day it was.', field: ['placedOn'] });
      if (by === 'day' && amount === null) missing.push({ code: 'REQUIRED', message: 'Say how much was paid, for example 89.24.', field: ['amount'] });
      if (!values.evidence.trim()) missing.push({ code: 'REQUIRED', message: 'Say what speaks for you.', field: ['evidence'] });
      if (missing.length > 0) return missing;
      let made = '';
      const errors = errorsOf(
        await dispute({
          input: {
            partnershipId: place.id,
            orderNumber: by === 'number' ? values.orderNumber.trim() : null,
            placedOn: by === 'day' ? values.placedOn : null,
            amount: amount === null ? null : { amount, currencyCode: currency },
            evidence: values.evidence.trim(),
            evidenceUrl: values.evidenceUrl.trim() || null,
          },
        }),
        (answer) => {
          made = answer.disputeAttribution.claim?.id ?? '';
          return answer.disputeAttribution;
        },
      );
      if (errors.length === 0) {
        toast(`${place.program.brand.name} answers within ${promiseWords(place.program.brand.claimAnswerHours)}.`);
        onMade(made);
      }
      return errors;
    },
  });
  const place = places.find((entry) => entry.id === form.values.partnershipId) ?? places[0];
  const text = (key: 'orderNumber' | 'placedOn' | 'amount' | 'evidence' | 'evidenceUrl') => ({ value: form.values[key], onValue: (value: string) => form.set(key, value), error: form.errorAt(key) ?? (key === 'amount' ? form.errorAt('amount.amount') : undefined) });
  return (
    <SidePanel
      label="A sale is missing"
      onClose={onClose}
      head={
        <span className="grow">
          <b className="b blk">A sale is missing</b>
          <span className="sm dim">{place ? `${place.program.brand.name} promises an answer within ${promiseWords(place.program.brand.claimAnswerHours)}` : 'Say which one, and what speaks for you'}</span>
        </span>
      }
      foot={
        <Button kind="primary" wide type="submit" form="missing-sale" busy={form.busy}>
          Ask the brand
        </Button>
      }
    >
      <form id="missing-sale" className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label="Program" value={form.values.partnershipId || (place?.id ?? '')} onValue={(value) => form.set('partnershipId', value)} options={places.map((entry) => ({ value: entry.id, label: `${entry.program.name} (${entry.program.brand.name})` }))} error={form.errorAt('partnershipId')} />
        <Segmented label="How you know the order" value={by} options={[{ value: 'number', label: 'By its number' }, { value: 'day', label: 'By day and amount' }]} onChange={setBy} />
        {by === 'number' ? (
          <TextField label="Number of the order" maxLength={100} hint="As the shop shows it to the buyer." {...text('orderNumber')} />
        ) : (
          <>
            <TextField label="Day" type="date" {...text('placedOn')} />
            <TextField label={`What was paid, in ${place?.program.currency ?? 'the program’s currency'}`} inputMode="decimal" hint="The whole amount, or the goods alone." {...text('amount')} />
          </>
        )}
        <TextArea label="What speaks for you" maxLength={2000} hint="For example who told you, and where they had seen you. Leave names and addresses of customers out." {...text('evidence')} />
        <TextField label="Where it can be seen" type="url" inputMode="url" placeholder="https://" hint="If there is a post, a comment or a picture." {...text('evidenceUrl')} />
        <FormErrors messages={form.rest} />
      </form>
    </SidePanel>
  );
}
