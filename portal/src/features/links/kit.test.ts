import { describe, expect, it } from 'vitest';
import { kitRows, missingIn, type KitRow, type Sharing } from './kit';
import type { OwnLink } from './links_document';
import type { MatrixRow, RowPartnership } from './matrix';

const link = (platform: OwnLink['platform'], campaign = ''): OwnLink => ({ platform, campaign }) as OwnLink;
const row = (id: string, over: Partial<MatrixRow<RowPartnership>> = {}): MatrixRow<RowPartnership> => ({ partnership: { id, status: 'ACTIVE', codes: [] }, codes: [], links: new Map(), open: true, ...over });
const sharing = ({ id }: RowPartnership): Sharing => ({ id, name: id, detail: '', destination: 'https://shop.example' });

describe('a kit', () => {
  it('is made where links can be made, and knows what is there', () => {
    const rows = kitRows([row('a', { links: new Map([['TIKTOK', [link('TIKTOK')]]]) }), row('paused', { open: false })], sharing);
    expect(rows.map(({ id, links, hasCode }) => [id, links.length, hasCode])).toEqual([['a', 1, false]]);
  });

  it('lacks a link for each platform without one, for a campaign anew', () => {
    const has = { ...sharing({ id: 'a', status: 'ACTIVE', codes: [] }), links: [link('TIKTOK'), link('YOUTUBE', 'spring')], hasCode: true } satisfies KitRow;
    const all = new Set(['YOUTUBE', 'TIKTOK', 'INSTAGRAM'] as const);
    expect(missingIn(has, all, '')).toEqual(['INSTAGRAM']);
    expect(missingIn(has, all, ' spring ')).toEqual(['INSTAGRAM', 'TIKTOK']);
    expect(missingIn(has, new Set(), '')).toEqual([]);
  });
});
