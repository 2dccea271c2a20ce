import type { EvidenceFieldsFragment } from '@/gql/graphql';
import { Icon } from '@/ui/icon';
import { signalSaid } from '../holds/hold_words';
import { evidenceSaid } from './guard_words';

/** What was seen, one line each. */
export function EvidenceList({ evidence }: { evidence: readonly EvidenceFieldsFragment[] }) {
  return (
    <ul className="grid" style={{ gap: 8 }}>
      {evidence.map((seen, at) => (
        <li key={at} className="row g2 top">
          <span className="dim" style={{ marginTop: 2 }}>
            <Icon name={signalSaid(seen.signal).icon} size={14} />
          </span>
          <span className="grow" style={{ overflowWrap: 'anywhere' }}>{evidenceSaid(seen)}</span>
        </li>
      ))}
    </ul>
  );
}
