import { useState } from 'react';
import { useMutation } from 'urql';
import { errorsOf } from '@/api/deed';
import { useMay } from '@/frame/rights';
import { graphql } from '@/gql';
import { formatList } from '@/lib/format';
import { Button, Dialog, FormErrors, TextArea, toast, useForm } from '@/ui';

const UpdateAliasesDocument = graphql(`
  mutation UpdatePartnershipAliases($input: UpdatePartnershipAliasesInput!) {
    updatePartnershipAliases(input: $input) {
      partnership {
        id
        aliases
      }
      userErrors {
        ...UserErrorFields
      }
    }
  }
`);

/** What the brand's customers call a creator: answers of surveys are understood by it. */
export function CustomerNames({ partnershipId, name, aliases }: { partnershipId: string; name: string; aliases: readonly string[] }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (aliases.length === 0 && !may('writeCreators')) return null;
  return (
    <section style={{ borderTop: '1px solid var(--line)', paddingTop: 16 }}>
      <h3>What customers call them</h3>
      <p className="mut" style={{ marginTop: 4, overflowWrap: 'anywhere' }}>
        {aliases.length > 0 ? formatList(aliases.map((alias) => `“${alias}”`)) : 'Only their name, handles and codes are recognised in answers of customers.'}
      </p>
      {may('writeCreators') && (
        <Button small style={{ marginTop: 10 }} onClick={() => setOpen(true)}>
          {aliases.length > 0 ? 'Change the names' : 'Add names'}
        </Button>
      )}
      <Dialog open={open} onClose={() => setOpen(false)} title={`What customers call ${name}`}>
        <NamesForm partnershipId={partnershipId} aliases={aliases} onClose={() => setOpen(false)} />
      </Dialog>
    </section>
  );
}

function NamesForm({ partnershipId, aliases, onClose }: { partnershipId: string; aliases: readonly string[]; onClose: () => void }) {
  const [, update] = useMutation(UpdateAliasesDocument);
  const form = useForm({
    initial: { aliases: aliases.join('\n') },
    async send(values) {
      const names = values.aliases.split('\n').map((line) => line.trim()).filter(Boolean);
      const errors = errorsOf(await update({ input: { partnershipId, aliases: names } }), (data) => data.updatePartnershipAliases);
      if (errors.length === 0) {
        toast('Saved. Answers are understood by these names from now on.');
        onClose();
      }
      // A line that is wrong is named by its number in the list.
      return errors.map((error) => {
        const [field, place] = Array.isArray(error.field) ? error.field.filter((part) => part !== 'input') : [];
        return field === 'aliases' && place !== undefined ? { ...error, field: ['aliases'], message: `Line ${Number(place) + 1}: ${error.message}` } : error;
      });
    },
  });
  return (
    <form className="grid" onSubmit={form.onSubmit} noValidate>
      <TextArea label="Names" rows={5} hint="One a line, 3 to 60 characters, at most 20. They count at your brand only." value={form.values.aliases} onValue={(value) => form.set('aliases', value)} error={form.errorAt('aliases')} />
      <FormErrors messages={form.rest} />
      <div className="row g2">
        <Button kind="primary" type="submit" busy={form.busy}>
          Save the names
        </Button>
        <Button onClick={onClose}>Leave it</Button>
      </div>
    </form>
  );
}
