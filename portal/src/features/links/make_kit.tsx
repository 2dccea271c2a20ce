import { useState } from 'react';
import { useMutation } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { plural } from '@/lib/format';
import { platformIcon, platformName, PLATFORMS } from '@/lib/platform';
import { Button, CopyButton } from '@/ui/button';
import { CheckField, FormErrors, TextField } from '@/ui/form';
import { Icon } from '@/ui/icon';
import { Dialog } from '@/ui/overlay';
import { AddressWords } from './address';
import { missingIn, type KitRow } from './kit';
import { CreateKitDocument } from './links_document';
import { shown } from './matrix';

const CHANGES = { additionalTypenames: ['Link', 'Code', 'Partnership'] };

interface Made {
  id: string;
  name: string;
  links: readonly { id: string; url: string; platform: Platform }[];
  /** A code that was made along with them. */
  code: string | null;
}

const toggled = <T,>(set: ReadonlySet<T>, one: T, on: boolean): ReadonlySet<T> => new Set(on ? [...set, one] : [...set].filter((entry) => entry !== one));

/** A link for each platform in each program, and a code where there is none, in one action. Many programs are made one after the other, with a true count. */
export function MakeKit({ rows, publishes, title, onClose }: { rows: readonly KitRow[]; /** Where the creator publishes: chosen to begin with. */ publishes: readonly Platform[]; title: string; onClose: () => void }) {
  const [, createKit] = useMutation(CreateKitDocument);
  const [platforms, setPlatforms] = useState<ReadonlySet<Platform>>(() => new Set(publishes));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [campaign, setCampaign] = useState('');
  const [made, setMade] = useState<readonly Made[]>([]);
  const [total, setTotal] = useState(0);
  const [problems, setProblems] = useState<string[]>([]);
  const wanting = rows.filter((row) => missingIn(row, platforms, campaign).length > 0);
  const chosen = wanting.filter((row) => !left.has(row.id));
  const links = chosen.reduce((sum, row) => sum + missingIn(row, platforms, campaign).length, 0);
  const codes = chosen.filter((row) => !row.hasCode).length;
  const working = total > 0 && made.length + problems.length < total;
  const done = total > 0 && !working;

  async function make() {
    setTotal(chosen.length);
    setMade([]);
    setProblems([]);
    for (const row of chosen) {
      const { id, name } = row;
      const result = await createKit({ input: { partnershipId: id, platforms: missingIn(row, platforms, campaign), campaign: campaign.trim(), withCode: true } }, CHANGES);
      const kit = result.data?.createKit;
      if (kit?.links) setMade((old) => [...old, { id, name, links: kit.links ?? [], code: kit.codeMade ? (kit.code?.code ?? null) : null }]);
      else setProblems((old) => [...old, `${name}: ${result.error ? asTrouble(result.error).message : (kit?.userErrors[0]?.message ?? 'No link was made.')}`]);
    }
  }

  const words = [links > 0 ? plural(links, 'link', 'links') : '', codes > 0 ? plural(codes, 'code', 'codes') : ''].filter(Boolean).join(' and ');
  const copies = made.flatMap((entry) => [...entry.links.map((link) => `${entry.name}, ${platformName(link.platform)}: ${link.url}`), ...(entry.code ? [`${entry.name}, code: ${entry.code}`] : [])]);
  return (
    <Dialog open title={done ? 'The kit is ready' : title} onClose={onClose}>
      <div className="grid">
        {total === 0 && (
          <>
            <p className="mut">A link of its own for each platform, so that you see what each one brings, and a code where there is none. What is there already stays.</p>
            <fieldset className="kitset">
              <legend>Platforms</legend>
              <div className="kitgrid">
                {PLATFORMS.map((platform) => (
                  <CheckField key={platform} label={platformName(platform)} checked={platforms.has(platform)} onValue={(on) => setPlatforms((old) => toggled(old, platform, on))} />
                ))}
              </div>
            </fieldset>
            {rows.length > 1 && (
              <fieldset className="kitset">
                <legend>Programs</legend>
                <div className="grid kit">
                  {rows.map((row) => {
                    const lacks = wanting.includes(row);
                    return <CheckField key={row.id} label={`${row.name}, ${row.detail}${lacks || platforms.size === 0 ? '' : ': has them all'}`} disabled={!lacks} checked={lacks && !left.has(row.id)} onValue={(on) => setLeft((old) => toggled(old, row.id, !on))} />;
                  })}
                </div>
              </fieldset>
            )}
            <TextField label="Campaign" maxLength={120} hint="Left empty, it is for every day. A campaign gets links of its own." value={campaign} onValue={setCampaign} />
            <Button kind="primary" wide disabled={chosen.length === 0} onClick={() => void make()}>
              {chosen.length === 0 ? (platforms.size === 0 ? 'Choose a platform' : 'Everything is there already') : `Make ${words}`}
            </Button>
          </>
        )}
        {total > 0 && (
          <>
            <p role="status" className="mut">
              {working ? `${made.length + problems.length} of ${plural(total, 'program', 'programs')} done` : problems.length === 0 ? 'All of it works from now on.' : `${made.length} of ${plural(total, 'program', 'programs')} done.`}
            </p>
            {made.length > 0 && (
              <ul className="grid kit">
                {made.map((entry) => (
                  <li key={entry.id} className="grid" style={{ gap: 6 }}>
                    <b className="b">{entry.name}</b>
                    {entry.links.map((link) => (
                      <span key={link.id} className="code n">
                        <span className="row g2 grow">
                          <Icon name={platformIcon(link.platform)} />
                          <span className="vh">{platformName(link.platform)}: </span>
                          <AddressWords url={link.url} />
                        </span>
                        <CopyButton text={link.url} label={`Copy ${shown(link.url)}`} />
                      </span>
                    ))}
                    {entry.code && (
                      <span className="code n">
                        <span className="row g2 grow">
                          <Icon name="tag" />
                          <span className="ell">{entry.code}</span>
                        </span>
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
                {copies.length > 1 && <CopyButton text={copies.join('\n')} label="Copy all of the kit" words="Copy all" />}
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
