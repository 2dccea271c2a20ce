import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { plural } from '@/lib/format';
import { PLATFORM_OPTIONS, platformName } from '@/lib/platform';
import { Button, CopyButton } from '@/ui/button';
import { CheckField, FormErrors, SelectField } from '@/ui/form';
import { Dialog } from '@/ui/overlay';
import { CreateLinkDocument } from './links_document';
import { shown, type MatrixRow } from './matrix';

const CHANGES = { additionalTypenames: ['Link'] };

/** A link in each chosen program for one platform, made one after the other with a true count. */
export function PlatformKit({ rows, first, onClose }: { rows: readonly MatrixRow[]; first: Platform; onClose: () => void }) {
  const [, createLink] = useMutation(CreateLinkDocument);
  const [platform, setPlatform] = useState(first);
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [made, setMade] = useState<readonly { program: string; url: string }[]>([]);
  const [total, setTotal] = useState(0);
  const [problems, setProblems] = useState<string[]>([]);
  const missing = rows.filter((row) => row.open && (row.links.get(platform) ?? []).length === 0);
  const chosen = missing.filter((row) => !left.has(row.partnership.id));
  const working = total > 0 && made.length + problems.length < total;
  const done = total > 0 && !working;

  async function make() {
    setTotal(chosen.length);
    setMade([]);
    setProblems([]);
    for (const row of chosen) {
      const { name } = row.partnership.program;
      const result = await createLink({ input: { partnershipId: row.partnership.id, platform } }, CHANGES);
      const link = result.data?.createLink.link;
      if (link) setMade((old) => [...old, { program: name, url: link.url }]);
      else setProblems((old) => [...old, `${name}: ${result.error ? asTrouble(result.error).message : (result.data?.createLink.userErrors[0]?.message ?? 'No link was made.')}`]);
    }
  }

  return (
    <Dialog open title={done ? `Your kit for ${platformName(platform)}` : 'Kit for a new platform'} onClose={onClose}>
      <div className="grid">
        {total === 0 && (
          <>
            <p className="mut">One link in each program, so that you see what a platform brings.</p>
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
              {chosen.length === 0 ? 'Nothing to make' : `Make ${plural(chosen.length, 'link', 'links')}`}
            </Button>
          </>
        )}
        {total > 0 && (
          <>
            <p role="status" className="mut">
              {working ? `${made.length + problems.length} of ${total} made` : problems.length === 0 ? 'All of them work from now on.' : `${made.length} of ${total} made.`}
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
                  </li>
                ))}
              </ul>
            )}
            <FormErrors messages={problems} />
            {done && (
              <span className="row g2">
                {made.length > 1 && <CopyButton text={made.map((entry) => `${entry.program}: ${entry.url}`).join('\n')} label="Copy all links" words="Copy all" />}
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
