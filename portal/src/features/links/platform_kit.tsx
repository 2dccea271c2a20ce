import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { plural } from '@/lib/format';
import { PLATFORM_OPTIONS, platformName } from '@/lib/platform';
import { Button, CopyButton } from '@/ui/button';
import { CheckField, FormErrors, SelectField } from '@/ui/form';
import { Dialog } from '@/ui/overlay';
import { CreateKitDocument, type LinkPartnership } from './links_document';
import { shown, type MatrixRow } from './matrix';

const CHANGES = { additionalTypenames: ['Link', 'Code', 'Partnership'] };

interface Made {
  program: string;
  url: string;
  /** A code that was made along with it. */
  code: string | null;
}

/** A link in each chosen program for one platform, and a code where a program has none; one program after the other with a true count. */
export function PlatformKit({ rows, first, onClose }: { rows: readonly MatrixRow<LinkPartnership>[]; first: Platform; onClose: () => void }) {
  const [, createKit] = useMutation(CreateKitDocument);
  const [platform, setPlatform] = useState(first);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [made, setMade] = useState<readonly Made[]>([]);
  const [total, setTotal] = useState(0);
  const [problems, setProblems] = useState<string[]>([]);
  const missing = rows.filter((row) => row.open && (row.links.get(platform) ?? []).length === 0);
  const chosen = missing.filter((row) => !left.has(row.partnership.id));
  const codeless = chosen.filter((row) => row.codes.length === 0).length;
  const working = total > 0 && made.length + problems.length < total;
  const done = total > 0 && !working;

  async function make() {
    setTotal(chosen.length);
    setMade([]);
    setProblems([]);
    for (const row of chosen) {
      const { name } = row.partnership.program;
      const result = await createKit({ input: { partnershipId: row.partnership.id, platforms: [platform], withCode: true } }, CHANGES);
      const kit = result.data?.createKit;
      const link = kit?.links?.[0];
      if (link) setMade((old) => [...old, { program: name, url: link.url, code: kit?.codeMade ? (kit.code?.code ?? null) : null }]);
      else setProblems((old) => [...old, `${name}: ${result.error ? asTrouble(result.error).message : (kit?.userErrors[0]?.message ?? 'No link was made.')}`]);
    }
  }

  const copies = made.map((entry) => `${entry.program}: ${entry.url}${entry.code ? `, code ${entry.code}` : ''}`);
  return (
    <Dialog open title={done ? `Your kit for ${platformName(platform)}` : 'Kit for a new platform'} onClose={onClose}>
      <div className="grid">
        {total === 0 && (
          <>
            <p className="mut">A link of its own in each program, so that you see what a platform brings, and a code where you have none.</p>
            <SelectField label="Platform" value={platform} onValue={(value) => setPlatform(value as Platform)} options={PLATFORM_OPTIONS} />
            {missing.length === 0 ? (
              <p>You have a link for {platformName(platform)} in every program already.</p>
            ) : (
              <div className="grid kit">
                {missing.map((row) => (
                  <CheckField
                    key={row.partnership.id}
                    label={`${row.partnership.program.name}, ${row.partnership.program.brand.name}`}
                    checked={!left.has(row.partnership.id)}
                    onValue={(on) => setLeft((old) => new Set(on ? [...old].filter((id) => id !== row.partnership.id) : [...old, row.partnership.id]))}
                  />
                ))}
              </div>
            )}
            <Button kind="primary" wide disabled={chosen.length === 0} onClick={() => void make()}>
              {chosen.length === 0 ? 'Nothing to make' : `Make ${plural(chosen.length, 'link', 'links')}${codeless > 0 ? ` and ${plural(codeless, 'code', 'codes')}` : ''}`}
            </Button>
          </>
        )}
        {total > 0 && (
          <>
            <p role="status" className="mut">
              {working ? `${made.length + problems.length} of ${total} made` : problems.length === 0 ? 'All of it works from now on.' : `${made.length} of ${total} made.`}
            </p>
            {made.length > 0 && (
              <ul className="grid kit">
                {made.map((entry) => (
                  <li key={entry.url}>
                    <span className="sm dim blk">{entry.program}</span>
                    <span className="code n">
                      <span className="ell">{shown(entry.url)}</span>
                      <CopyButton text={entry.url} label={`Copy ${shown(entry.url)}`} />
                    </span>
                    {entry.code && (
                      <span className="code n" style={{ marginTop: 6 }}>
                        <span className="ell">{entry.code}</span>
                        <CopyButton text={entry.code} label={`Copy ${entry.code}`} />
                      </span>
                    )}
                  </li>
                ))}
              </ul>
            )}
            <FormErrors messages={problems} />
            {done && (
              <span className="row g2">
                {made.length > 1 && <CopyButton text={copies.join('\n')} label="Copy all of the kit" words="Copy all" />}
                <Button small onClick={onClose}>
                  Done
                </Button>
              </span>
            )}
          </>
        )}
      </div>
    </Dialog>
  );
}
