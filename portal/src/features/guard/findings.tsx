import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf } from '@/api/deed';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import { formatRelative, plural } from '@/lib/format';
import { Button, Card, Dialog, FormErrors, Status, TextArea, toast, useForm } from '@/ui';
import { signalSaid } from '../holds/hold_words';
import { EvidenceList } from './evidence_list';
import { CloseFindingDocument, FindingsDocument, type Finding } from './guard_documents';

const FRESH = { additionalTypenames: ['Finding', 'CodeGuard'] };

/** What looks wrong over many orders or clicks, until somebody has looked at it. */
export function Findings() {
  const brand = useBrand();
  const may = useMay();
  const [{ data }] = useQuery({ query: FindingsDocument, variables: { brandId: brand.id }, context: FRESH });
  const [closing, setClosing] = useState<Finding | null>(null);
  const findings = data?.findings ?? [];
  if (findings.length === 0) return null;
  return (
    <Card className="mb" title={`${plural(findings.length, 'pattern', 'patterns')} to look at`}>
      <ul>
        {findings.map((finding) => (
          <li key={finding.id} className="row g4 wrap top" style={{ padding: '14px var(--card-x)', borderTop: '1px solid var(--line)' }}>
            <span className="grow grid" style={{ gap: 8, flexBasis: 320 }}>
              <span>
                <b className="b blk">
                  {finding.partnership.creator.name}
                  {finding.code ? `, code ${finding.code.code}` : ''}
                </b>
                <span className="sm mut">
                  {finding.partnership.program.name}. Found {formatRelative(finding.createdAt)}.
                </span>
              </span>
              <Status tone="wait" icon={signalSaid(finding.signal).icon}>{signalSaid(finding.signal).words}</Status>
              <EvidenceList evidence={finding.evidence} />
            </span>
            {may('openHold') && (
              <Button small onClick={() => setClosing(finding)}>
                It is all right
              </Button>
            )}
          </li>
        ))}
      </ul>
      {closing && <CloseFinding finding={closing} onClose={() => setClosing(null)} />}
    </Card>
  );
}

function CloseFinding({ finding, onClose }: { finding: Finding; onClose: () => void }) {
  const [, close] = useMutation(CloseFindingDocument);
  const form = useForm({
    initial: { reason: '' },
    async send({ reason }) {
      const errors = errorsOf(await close({ input: { findingId: finding.id, reason: reason.trim() } }, FRESH), (data) => data.closeFinding);
      if (errors.length === 0) {
        toast('Closed');
        onClose();
      }
      return errors;
    },
  });
  return (
    <Dialog open title={`${finding.partnership.creator.name}: it is all right`} onClose={onClose}>
      <form className="grid" onSubmit={form.onSubmit} noValidate>
        <p className="mut">Nothing more follows from it, and the same is not found again for two weeks. {finding.code ? `${finding.code.code} counts as before. ` : ''}Holds that are open stay to be decided.</p>
        <TextArea label="What did you find out?" rows={3} hint="For the log." value={form.values.reason} onValue={(value) => form.set('reason', value)} error={form.errorAt('reason')} />
        <FormErrors messages={form.rest} />
        <span className="row g2">
          <Button kind="primary" type="submit" busy={form.busy}>
            Close it
          </Button>
          <Button onClick={onClose}>Leave it open</Button>
        </span>
      </form>
    </Dialog>
  );
}
