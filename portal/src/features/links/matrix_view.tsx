import type { ReactNode } from 'react';
import type { Platform } from '@/gql/graphql';
import { formatList, formatNumber, plural } from '@/lib/format';
import { platformIcon, platformName } from '@/lib/platform';
import { Card } from '@/ui/card';
import { Icon } from '@/ui/icon';
import { ScrollBox } from '@/ui/scroll_box';
import { CodeBox, LinkCell, LinkRow } from './link_cell';
import type { Side } from './create_link';
import type { OwnCode, OwnLink } from './links_document';
import { together, type Counts, type LinkMatrix, type MatrixRow, type RowPartnership } from './matrix';

/** How links are drawn and what can be done with them. */
export interface MatrixLooks<P extends RowPartnership> {
  /** Who looks at it. */
  side: Side;
  /** Names the matrix. */
  label: string;
  /** The head of the first column. */
  first: string;
  /** Who or what a row is, at its left or on top of its card. */
  who: (row: MatrixRow<P>, card: boolean) => ReactNode;
  /** A row in words. */
  nameOf: (row: MatrixRow<P>) => string;
  days: (link: OwnLink) => readonly number[];
  counts: (link: OwnLink) => Counts;
  /** The link whose panel is open. */
  open: string;
  onOpen: (link: OwnLink) => void;
  /** Without these nothing can be made or changed. */
  deeds?: {
    /** Without these two, cells that are empty stay so. */
    makeLink?: (partnershipId: string, platform: Platform) => void;
    makeCode?: (partnershipId: string) => void;
    archiveCode: (code: OwnCode) => void;
    rotateCode: (code: OwnCode) => void;
  };
}

const looksOf = <P extends RowPartnership>(link: OwnLink, looks: MatrixLooks<P>, beside: readonly OwnLink[]) => ({ link, several: beside.length > 1, days: looks.days(link), counts: looks.counts(link), open: looks.open === link.id, onOpen: () => looks.onOpen(link) });

function Codes<P extends RowPartnership>({ row, looks }: { row: MatrixRow<P>; looks: MatrixLooks<P> }) {
  return row.codes.map((code) => <CodeBox key={code.id} code={code} side={looks.side} onArchive={looks.deeds?.archiveCode} onRotate={looks.deeds?.rotateCode} />);
}

/** Rows × platforms with a sum below. */
function Table<P extends RowPartnership>({ matrix, looks }: { matrix: LinkMatrix<P>; looks: MatrixLooks<P> }) {
  const width = 202 + matrix.platforms.length * 186;
  const { makeLink, makeCode } = looks.deeds ?? {};
  return (
    <Card className="no-ph">
      <ScrollBox label={looks.label} held>
        <table className="mtx" style={{ minWidth: width }} aria-label={looks.label}>
          <thead>
            <tr>
              <th scope="col">{looks.first}</th>
              {matrix.platforms.map((platform) => (
                <th key={platform} scope="col">
                  <span className="row g2">
                    <Icon name={platformIcon(platform)} />
                    {platformName(platform)}
                  </span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row) => (
              <tr key={row.partnership.id}>
                <td>
                  {looks.who(row, false)}
                  <Codes row={row} looks={looks} />
                  {makeCode && row.open && row.codes.length === 0 && (
                    <button type="button" className="add" style={{ marginLeft: -8 }} onClick={() => makeCode(row.partnership.id)}>
                      <Icon name="plus" size={14} />
                      Make a code
                    </button>
                  )}
                </td>
                {matrix.platforms.map((platform) => {
                  const links = row.links.get(platform) ?? [];
                  if (links.length > 0) {
                    return (
                      <td key={platform}>
                        {links.map((link) => (
                          <LinkCell key={link.id} {...looksOf(link, looks, links)} />
                        ))}
                      </td>
                    );
                  }
                  return (
                    <td key={platform} className="none">
                      {makeLink && row.open ? (
                        <button type="button" className="add" aria-label={`Make a link for ${platformName(platform)} in ${looks.nameOf(row)}`} onClick={() => makeLink(row.partnership.id, platform)}>
                          <Icon name="plus" size={14} />
                          Make a link
                        </button>
                      ) : (
                        <span className="dim">–</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
            <tr className="sum">
              <td>Together</td>
              {matrix.platforms.map((platform) => {
                const sum = together(matrix.rows.flatMap((row) => row.links.get(platform) ?? []), looks.counts);
                return (
                  <td key={platform}>
                    <span className="row between n">
                      <span>
                        {sum.orders !== null && (
                          <>
                            {formatNumber(sum.orders, { digits: 1 })} <span className="mut" style={{ fontWeight: 400 }}>{sum.orders === 1 ? 'sale' : 'sales'}</span>
                          </>
                        )}
                      </span>
                      <span className="sm mut" style={{ fontWeight: 400 }}>{plural(sum.clicks, 'click', 'clicks')}</span>
                    </span>
                  </td>
                );
              })}
            </tr>
          </tbody>
        </table>
      </ScrollBox>
    </Card>
  );
}

/** A row as a card of the phone. */
function RowCard<P extends RowPartnership>({ row, platforms, looks }: { row: MatrixRow<P>; platforms: readonly Platform[]; looks: MatrixLooks<P> }) {
  const absent = platforms.filter((platform) => !row.links.has(platform));
  const next = absent[0];
  const { makeLink, makeCode } = looks.deeds ?? {};
  return (
    <Card label={looks.nameOf(row)} className="pcard">
      <div className="ptop">
        {looks.who(row, true)}
        <Codes row={row} looks={looks} />
      </div>
      {platforms.flatMap((platform) => (row.links.get(platform) ?? []).map((link, _, beside) => <LinkRow key={link.id} {...looksOf(link, looks, beside)} />))}
      {!makeLink && row.links.size === 0 && <p className="lrow dim">No link yet</p>}
      {makeLink && row.open && next && (
        <button type="button" className="lrow make" onClick={() => makeLink(row.partnership.id, next)}>
          <Icon name="plus" size={18} />
          {absent.length > 2 ? 'Make a link for another platform' : `Make a link for ${formatList(absent.map(platformName)).replace(/ and /, ' or ')}`}
        </button>
      )}
      {makeCode && row.open && row.codes.length === 0 && (
        <button type="button" className="lrow make" onClick={() => makeCode(row.partnership.id)}>
          <Icon name="plus" size={18} />
          Make a code
        </button>
      )}
    </Card>
  );
}

/** The matrix, as a table or, on the phone, as a card for each row. */
export function Matrix<P extends RowPartnership>({ matrix, looks }: { matrix: LinkMatrix<P>; looks: MatrixLooks<P> }) {
  return (
    <>
      <Table matrix={matrix} looks={looks} />
      <div className="only-ph">
        {matrix.rows.map((row) => (
          <RowCard key={row.partnership.id} row={row} platforms={matrix.platforms} looks={looks} />
        ))}
      </div>
    </>
  );
}
