import { useEffect, useState } from 'react';
import { useQuery } from 'urql';
import { asTrouble } from '@/api/trouble';
import type { Platform } from '@/gql/graphql';
import { LinkPreviewDocument } from './links_document';

/** Waits this long for the next letter, milliseconds. */
const PAUSE_MS = 350;

/** The words of a link as they are typed. */
export interface Draft {
  partnershipId: string;
  platform: Platform;
  destinationUrl: string;
  campaign: string;
  subId: string;
}

function useSettled<T>(value: T): T {
  const key = JSON.stringify(value);
  const [settled, setSettled] = useState({ key, value });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ key, value }), PAUSE_MS);
    return () => clearTimeout(timer);
    // The value is a new object at each drawing; the key stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key]);
  return settled.value;
}

/** What is added to the destination, as it is typed: what the shop's own statistics will say. */
export function Arrival({ draft }: { draft: Draft }) {
  const { partnershipId, platform, campaign, ...typed } = useSettled(draft);
  const destinationUrl = typed.destinationUrl.trim() || null;
  const readable = destinationUrl === null || URL.canParse(destinationUrl);
  const [{ data, error, fetching }] = useQuery({ query: LinkPreviewDocument, variables: { partnershipId, platform, campaign: campaign.trim(), destinationUrl, subId: typed.subId.trim() || null }, pause: !partnershipId || !readable });
  const preview = readable && !error ? data?.linkPreview : undefined;
  return (
    <section className="arrival" aria-label="Where visitors arrive">
      <b className="b blk">Where visitors arrive</b>
      {preview ? (
        <>
          <p className="n address">{preview.arrivalPreview}</p>
          <dl className="facts sm">
            {preview.parameters.map((parameter) => (
              <div key={parameter.name}>
                <dt>{parameter.name}</dt>
                <dd>{parameter.value}</dd>
              </div>
            ))}
          </dl>
          {campaign.trim() && !preview.parameters.some(({ value }) => value.includes(campaign.trim())) && <p className="sm mut">This program does not hand the campaign on to the shop. It stays with the link here.</p>}
        </>
      ) : (
        <p className="sm mut" role="status">
          {!readable ? 'The address is not whole yet: it begins with https://' : error ? asTrouble(error).message : fetching ? 'Looking…' : ''}
        </p>
      )}
      <p className="sm dim">… stands for what each click brings of its own.</p>
    </section>
  );
}
