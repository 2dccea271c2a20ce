import { useQuery } from 'urql';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { formatDate, formatPpm } from '@/lib/format';
import { BlockSkeleton, Card, Facts, FilterSelect, Loaded, PageHead, useView } from '@/ui';
import { Draft } from './draft';
import { PolicyDocument, type Policy } from './policy_document';
import { kindName, policySentence } from './policy_words';
import { Replay } from './replay';

const FRESH = { additionalTypenames: ['AttributionPolicy'] };

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
                <p className="mut">A new version holds for orders from then on. Decisions that were made stay as they are, with the version they were made by. Try a draft on stored orders first: it shows who would have gained or lost, and changes nothing.</p>
              </Card>
            </div>
          </div>
        )}
      </Loaded>
      {may('writePrograms') && <Replay />}
    </>
  );
}

function Shown({ policy }: { policy: Policy }) {
  return (
    <>
      <p style={{ marginBottom: 14 }}>{policySentence(policy.model, policy.precedence, policy.halfLifeDays)}</p>
      <Facts items={[{ name: 'From', value: formatDate(policy.effectiveAt) }, { name: 'Order', value: policy.precedence.map(kindName).join(', ') }, { name: 'Survey answers', value: policy.surveyPays ? `Pay when nothing stronger counts, from ${formatPpm(policy.minimumConfidencePpm)} sure` : 'Earn no pay' }, { name: 'Estimated matches', value: policy.modelledPays ? `Pay when nothing stronger counts, from ${formatPpm(policy.minimumConfidencePpm)} sure` : 'Earn no pay' }]} />
      {policy.note && <p className="mut" style={{ marginTop: 14 }}>“{policy.note}”</p>}
    </>
  );
}
