import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useMay } from '@/frame/rights';
import type { BannedMode, FindingMode, LeakMode } from '@/gql/graphql';
import { formatDateTime, formatList } from '@/lib/format';
import { BlockSkeleton, Button, Card, Facts, FormErrors, Loaded, SelectField, TextArea, toast, useForm } from '@/ui';
import { ProgramGuardDocument, UpdateProgramGuardDocument, type ProgramGuard } from './guard_documents';
import { BANNED_MODES, FINDING_MODES, LEAK_MODES } from './guard_words';

const FRESH = { additionalTypenames: ['ProgramGuard'] };
const MAX_SOURCES = 100;

/** How a program treats what looks wrong: leaked codes, banned places, floods and refunds. */
export function ProgramGuardTab({ programId }: { programId: string }) {
  const may = useMay();
  const [{ data, error }, read] = useQuery({ query: ProgramGuardDocument, variables: { programId }, context: FRESH, pause: !may('readHolds') });
  if (!may('readHolds')) {
    return (
      <Card pad>
        <p className="mut">Owners, managers and finance see this.</p>
      </Card>
    );
  }
  return (
    <div className="cols wide">
      <Loaded data={data?.programGuard} error={error} again={() => read({ requestPolicy: 'network-only' })} skeleton={<BlockSkeleton height={320} />}>
        {(guard) => (may('writePrograms') ? <GuardForm key={guard.updatedAt ?? 'default'} guard={guard} /> : <GuardFacts guard={guard} />)}
      </Loaded>
      <Card title="What is always looked at" pad>
        <ul className="grid" style={{ gap: 10 }}>
          <li>A buyer who looks like the creator, an order within seconds of the first click, and many orders from one network on one day are held until somebody decides.</li>
          <li>No order is dropped, and nothing is taken back without somebody’s word. The creator reads the reason.</li>
          <li>What you change counts for orders from then on.</li>
        </ul>
      </Card>
    </div>
  );
}

function GuardFacts({ guard }: { guard: ProgramGuard }) {
  const label = <T extends string>(options: { value: T; label: string }[], value: T) => options.find((entry) => entry.value === value)?.label ?? '';
  return (
    <Card title="What looks wrong" pad>
      <Facts
        items={[
          { name: 'Codes that have leaked', value: label(LEAK_MODES, guard.leakMode) },
          { name: 'Clicks from banned places', value: label(BANNED_MODES, guard.bannedMode) },
          { name: 'Click floods and refunds', value: label(FINDING_MODES, guard.findingMode) },
          { name: 'Banned places', value: guard.bannedSources.length > 0 ? formatList([...guard.bannedSources]) : 'None' },
        ]}
      />
    </Card>
  );
}

function GuardForm({ guard }: { guard: ProgramGuard }) {
  const [, update] = useMutation(UpdateProgramGuardDocument);
  const form = useForm({
    initial: { leakMode: guard.leakMode, bannedMode: guard.bannedMode, findingMode: guard.findingMode, bannedSources: guard.bannedSources.join('\n') },
    fields: ['leakMode', 'bannedMode', 'findingMode', 'bannedSources'],
    async send(values) {
      const bannedSources = values.bannedSources.split(/[\s,;]+/).filter(Boolean);
      const errors = errorsOf(await update({ input: { programId: guard.programId, leakMode: values.leakMode, bannedMode: values.bannedMode, findingMode: values.findingMode, bannedSources } }, FRESH), (data) => data.updateProgramGuard);
      if (errors.length === 0) toast('Saved');
      return errors;
    },
  });
  const leak = LEAK_MODES.find((entry) => entry.value === form.values.leakMode);
  return (
    <Card title="What looks wrong" pad>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <SelectField label="Codes that have leaked" hint={leak?.follows} value={form.values.leakMode} options={LEAK_MODES.map(({ value, label }) => ({ value, label }))} onValue={(value) => form.set('leakMode', value as LeakMode)} error={form.errorAt('leakMode')} />
        <SelectField label="Click floods and unusual refunds" hint="Very many clicks from one network, or far more refunds than others have." value={form.values.findingMode} options={FINDING_MODES} onValue={(value) => form.set('findingMode', value as FindingMode)} error={form.errorAt('findingMode')} />
        <TextArea label="Banned places" rows={5} hint={`Sites that clicks may not come from, one a line, at most ${MAX_SOURCES}. A site stands for all below it: coupons.example also bans deals.coupons.example.`} value={form.values.bannedSources} onValue={(value) => form.set('bannedSources', value)} error={form.errorAt('bannedSources')} />
        <SelectField label="Clicks from banned places" value={form.values.bannedMode} options={BANNED_MODES} onValue={(value) => form.set('bannedMode', value as BannedMode)} error={form.errorAt('bannedMode')} />
        <FormErrors messages={form.rest} />
        <div className="row g3 wrap">
          <Button kind="primary" type="submit" busy={form.busy}>
            Save
          </Button>
          {guard.updatedAt && <span className="sm dim">Changed {formatDateTime(guard.updatedAt)}</span>}
        </div>
      </form>
    </Card>
  );
}
