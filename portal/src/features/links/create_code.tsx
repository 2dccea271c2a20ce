import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { PLATFORM_OPTIONS } from '@/lib/platform';
import { Button } from '@/ui/button';
import { FormErrors, SelectField, TextField, useForm } from '@/ui/form';
import { SidePanel } from '@/ui/panel';
import { toast } from '@/ui/toast';
import type { Side } from './create_link';
import type { Sharing } from './kit';
import { CreateCodeDocument } from './links_document';

const CHANGES = { additionalTypenames: ['Code', 'Partnership'] };

/** Hundredths of a percent of "12.5", or null when it is no number. */
function toBasisPoints(text: string): number | null {
  const plain = text.trim().replace('%', '').replace(',', '.');
  if (plain === '') return 0;
  return /^\d{1,3}(\.\d{1,2})?$/.test(plain) ? Math.round(Number(plain) * 100) : null;
}

/** Makes a discount code that shoppers type at the checkout. */
export function CreateCode({ side, sharings, partnershipId, suggestion, onClose }: { side: Side; sharings: readonly Sharing[]; partnershipId: string; suggestion: string; onClose: () => void }) {
  const [, createCode] = useMutation(CreateCodeDocument);
  const form = useForm({
    initial: { partnershipId: partnershipId || (sharings[0]?.id ?? ''), code: suggestion, discount: '', platform: 'OTHER' as Platform, endsAt: '' },
    async send(values) {
      const discount = toBasisPoints(values.discount);
      if (discount === null) return [{ code: 'BAD_FORMAT', message: 'Write a percentage such as 10 or 12.5.', field: ['discount'] }];
      const result = await createCode(
        {
          input: {
            partnershipId: values.partnershipId,
            code: values.code.trim(),
            discount,
            platform: values.platform,
            // The chosen day is the last one on which the code works.
            endsAt: values.endsAt ? `${values.endsAt}T23:59:59Z` : null,
          },
        },
        CHANGES,
      );
      if (result.error) throw asTrouble(result.error);
      const payload = result.data?.createCode;
      if (payload?.code) {
        toast(`${payload.code.code} works from now on.`);
        onClose();
      }
      return payload?.userErrors;
    },
  });
  const chosen = sharings.find((entry) => entry.id === form.values.partnershipId);
  return (
    <SidePanel
      label="New code"
      head={
        <span className="grow">
          <b className="b blk">New code</b>
          <span className="sm dim">{chosen ? `${chosen.name}, ${chosen.detail}` : side === 'brand' ? 'Choose a creator' : 'Choose a program'}</span>
        </span>
      }
      onClose={onClose}
      foot={
        <Button kind="primary" wide type="submit" form="create-code" busy={form.busy}>
          Make the code
        </Button>
      }
    >
      <form id="create-code" className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label={side === 'brand' ? 'Creator' : 'Program'} value={form.values.partnershipId} onValue={(value) => form.set('partnershipId', value)} options={sharings.map((entry) => ({ value: entry.id, label: `${entry.name} (${entry.detail})` }))} error={form.errorAt('partnershipId')} />
        <TextField label="Code" autoCapitalize="characters" autoComplete="off" spellCheck={false} maxLength={32} hint="3 to 32 letters and digits. Shoppers may write it large or small." value={form.values.code} onValue={(value) => form.set('code', value.toUpperCase())} error={form.errorAt('code')} />
        <TextField label="What shoppers save, in percent" inputMode="decimal" hint="The shop has to know the code with the same discount. Left empty, it saves nothing and only shows whose sale it is." value={form.values.discount} onValue={(value) => form.set('discount', value)} error={form.errorAt('discount')} />
        <SelectField label={side === 'brand' ? 'Where it is shared' : 'Where you share it'} value={form.values.platform} onValue={(value) => form.set('platform', value as Platform)} options={PLATFORM_OPTIONS} error={form.errorAt('platform')} />
        <TextField label="Last day" type="date" hint="Left empty, it works until you archive it." value={form.values.endsAt} onValue={(value) => form.set('endsAt', value)} error={form.errorAt('endsAt')} />
        <FormErrors messages={form.rest} />
      </form>
    </SidePanel>
  );
}
