import { describe, expect, it } from 'vitest';
import type { LinkPartnership, OwnLink } from './links_document';
import { matrixOf, shown } from './matrix';

const partnership = (id: string, over: Partial<LinkPartnership> = {}): LinkPartnership => ({
  id,
  status: 'ACTIVE',
  program: { id: `prg_${id}`, name: id, slug: id, status: 'ACTIVE', defaultDestinationUrl: 'https://lumen.example', brand: { id: 'brd_1', name: 'Lumen Skin' } },
  codes: [],
  ...over,
});
const link = (partnershipId: string, platform: OwnLink['platform'], over: Partial<OwnLink> = {}): OwnLink => ({
  id: `${partnershipId}${platform}`,
  url: 'https://go.example/r/maya',
  destinationUrl: 'https://lumen.example',
  platform,
  label: '',
  createdAt: '2026-11-01T00:00:00Z',
  clicksByDay: [],
  totals: { clicks: 10, orders: 1.5 },
  partnership: { id: partnershipId },
  ...over,
});

describe('the matrix of links', () => {
  it('has a column for each platform in use and each that is asked for, in one order', () => {
    const matrix = matrixOf([partnership('a'), partnership('b')], [link('a', 'YOUTUBE'), link('b', 'INSTAGRAM'), link('b', 'YOUTUBE')], ['NEWSLETTER']);
    expect(matrix.platforms).toEqual(['INSTAGRAM', 'YOUTUBE', 'NEWSLETTER']);
    expect(matrix.totals.get('YOUTUBE')).toEqual({ clicks: 20, orders: 3 });
    expect(matrix.rows[0]?.links.get('INSTAGRAM')).toBeUndefined();
  });

  it('leaves out archived links and codes and programs that are over', () => {
    const codes = [{ id: 'c1', code: 'MAYA15', discount: 1000 }, { id: 'c2', code: 'OLD', discount: 0, archivedAt: '2026-01-01T00:00:00Z' }];
    const matrix = matrixOf([partnership('a', { codes }), partnership('gone', { status: 'RETIRED' })], [link('a', 'TIKTOK', { archivedAt: '2026-11-02T00:00:00Z' })], []);
    expect(matrix.rows.map((row) => [row.partnership.id, row.codes.map((code) => code.code), row.links.size])).toEqual([['a', ['MAYA15'], 0]]);
  });

  it('makes no new links in a paused program', () => {
    expect(matrixOf([partnership('a', { status: 'PAUSED' })], [], []).rows[0]?.open).toBe(false);
  });
});

describe('an address', () => {
  it('is written without its scheme', () => {
    expect(shown('https://lumen.link/maya-ig')).toBe('lumen.link/maya-ig');
  });
});
