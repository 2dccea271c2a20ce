import { useState } from 'react';
import { useMutation, useQuery } from 'urql';
import { errorsOf, useDeed } from '@/api/deed';
import { useBrand } from '@/frame/context';
import { useMay } from '@/frame/rights';
import type { LeakMode } from '@/gql/graphql';
import { formatDate, formatNumber, formatPercent, plural } from '@/lib/format';
import { Button, Card, Confirm, SelectField, Status, toast } from '@/ui';
import { RotateCode } from '../links/rotate_code';
import { EvidenceList } from './evidence_list';
import { CodeGuardsDocument, UpdateCodeGuardDocument, type CodeGuard } from './guard_documents';
import { LEAK_MODES, leakModeSaid } from './guard_words';

/** Codes whose orders mostly come without a click are shown before anything is found. */
const SUSPECT_SHARE = 0.8;
const SUSPECT_ORDERS = 10;
const FRESH = { additionalTypenames: ['CodeGuard', 'Code', 'Finding'] };

const worthALook = (guard: CodeGuard): boolean => guard.leakedAt !== null || (guard.orders >= SUSPECT_ORDERS && guard.withoutClick >= guard.orders * SUSPECT_SHARE);

/** Codes that got around, or may have: how they were used, how they count now, and a new one in their place. */
export function LeakedCodes() {
  const brand = useBrand();
  const may = useMay();
  const [{ data }] = useQuery({ query: CodeGuardsDocument, variables: { brandId: brand.id }, context: FRESH, pause: !may('readHolds') });
  const guards = (data?.codeGuards ?? []).filter(worthALook);
  if (guards.length === 0) return null;
  const leaked = guards.filter((guard) => guard.leakedAt !== null).length;
  return (
    <Card className="mb" title={leaked > 0 ? `${plural(leaked, 'code has', 'codes have')} leaked` : 'Codes that sell without clicks'}>
      <ul>
        {guards.map((guard) => (
          <GuardedCode key={guard.code.id} guard={guard} />
        ))}
      </ul>
    </Card>
  );
}

function GuardedCode({ guard }: { guard: CodeGuard }) {
  const may = useMay();
  const { code } = guard;
  const [, update] = useMutation(UpdateCodeGuardDocument);
  const [rotating, setRotating] = useState(false);
  const [asking, setAsking] = useState<boolean | null>(null);
  const deed = useDeed();
  const keep = (mode: LeakMode | null, leaked: boolean, said: string) =>
    deed
      .run(async () => errorsOf(await update({ input: { codeId: code.id, mode, leaked } }, FRESH), (data) => data.updateCodeGuard))
      .then((done) => {
        if (!done) return;
        setAsking(null);
        toast(said);
      });
  const shares = [
    `${formatNumber(guard.orders)} orders in 14 days`,
    guard.orders > 0 ? `${formatPercent(guard.withoutClick / guard.orders)} without a click` : null,
    guard.orders > 0 ? `${formatPercent(guard.newCustomers / guard.orders)} new customers` : null,
    guard.fromCouponSites > 0 ? `${formatNumber(guard.fromCouponSites)} from coupon sites` : null,
  ].filter((part) => part !== null);
  return (
    <li className="troubled" style={{ alignItems: 'flex-start' }}>
      <span className="grow grid" style={{ gap: 8 }}>
        <span>
          <b className="b blk">{code.code}</b>
          <span className="sm mut">
            {code.creator.name}, {code.program.name}. {shares.join(', ')}.
          </span>
        </span>
        {guard.leakedAt ? <Status tone="bad" icon="tag" detail={`Since ${formatDate(guard.leakedAt)}`}>{leakModeSaid(guard.mode ?? guard.programMode)}</Status> : <Status tone="wait">May have leaked</Status>}
        {guard.signs.length > 0 && <EvidenceList evidence={guard.signs} />}
        {deed.messages.length > 0 && asking === null && (
          <span className="sm" role="alert" style={{ color: 'var(--clay-text)' }}>
            {deed.messages.join(' ')}
          </span>
        )}
      </span>
      {may('writeTracking') && (
        <span className="grid" style={{ gap: 8, minWidth: 220 }}>
          {guard.leakedAt && (
            <SelectField
              label={`How ${code.code} counts`}
              value={guard.mode ?? ''}
              options={[{ value: '', label: `As the program says (${leakModeSaid(guard.programMode).toLowerCase()})` }, ...LEAK_MODES.map(({ value, label }) => ({ value, label }))]}
              onValue={(value) => void keep((value || null) as LeakMode | null, true, `${code.code}: ${value ? leakModeSaid(value as LeakMode).toLowerCase() : 'as the program says'}`)}
            />
          )}
          <span className="row g2 wrap">
            <Button small kind="primary" onClick={() => setRotating(true)}>
              Put a new one in its place
            </Button>
            <Button small onClick={() => setAsking(guard.leakedAt === null)}>
              {guard.leakedAt ? 'It has not leaked' : 'It has leaked'}
            </Button>
          </span>
        </span>
      )}
      {rotating && <RotateCode code={code} onClose={() => setRotating(false)} />}
      <Confirm
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={asking ? `${code.code} has leaked` : `${code.code} has not leaked`}
        button={asking ? 'It has leaked' : 'It has not leaked'}
        leave="Leave it"
        {...deed}
        onConfirm={() => asking !== null && void keep(guard.mode ?? null, asking, asking ? `${code.code} counts as leaked from now on` : `${code.code} counts as before`)}
      >
        {asking
          ? `From now on: ${leakModeSaid(guard.mode ?? guard.programMode).toLowerCase()}. ${LEAK_MODES.find((entry) => entry.value === (guard.mode ?? guard.programMode))?.follows ?? ''}`
          : 'It counts as before from now on. Orders until now say nothing about it any more; holds that are open stay to be decided.'}
      </Confirm>
    </li>
  );
}
