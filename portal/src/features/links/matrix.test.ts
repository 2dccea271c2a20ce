import { describe, expect, it } from 'vitest';
import type { OwnLink } from './links_document';
import { countsOf, daysOf, matrixOf, rangeOf, shown, together, type RowPartnership } from './matrix';

const partnership = (id: string, over: Partial<RowPartnership> = {}): RowPartnership => ({ id, status: 'ACTIVE', codes: [], ...over });
const link = (partnershipId: string, platform: OwnLink['platform'], over: Partial<OwnLink> = {}): OwnLink => ({
  id: `${partnershipId}${platform}`,
  url: 'https://go.example/r/maya',
  qrSvgUrl: 'https://go.example/r/maya/qr.svg',
  qrPngUrl: 'https://go.example/r/maya/qr.png',
  platform,
  label: '',
  campaign: '',
  createdAt: '2026-11-01T00:00:00Z',
  health: { status: 'OK', detail: '' },
  clicksByDay: [],
  totals: { clicks: 10, orders: 1.5 },
  partnership: { id: partnershipId },
  ...over,
});

describe('the matrix of links', () => {
  it('has a column for each platform in use and each that is asked for, in one order', () => {
    const matrix = matrixOf([partnership('a'), partnership('b')], [link('a', 'YOUTUBE'), link('b', 'INSTAGRAM'), link('b', 'YOUTUBE')], ['NEWSLETTER']);
    expect(matrix.platforms).toEqual(['INSTAGRAM', 'YOUTUBE', 'NEWSLETTER']);
    expect(matrix.rows[0]?.links.get('INSTAGRAM')).toBeUndefined();
  });

  it('leaves out archived links and codes and programs that are over', () => {
    const inShops = { shopState: 'NOT_CONNECTED' as const, shops: [] };
    const codes = [{ id: 'c1', code: 'MAYA15', discount: 1000, ...inShops }, { id: 'c2', code: 'OLD', discount: 0, ...inShops, archivedAt: '2026-01-01T00:00:00Z' }];
    const matrix = matrixOf([partnership('a', { codes }), partnership('gone', { status: 'RETIRED' })], [link('a', 'TIKTOK', { archivedAt: '2026-11-02T00:00:00Z' })], []);
    expect(matrix.rows.map((row) => [row.partnership.id, row.codes.map((code) => code.code), row.links.size])).toEqual([['a', ['MAYA15'], 0]]);
  });

  it('makes no new links in a paused program', () => {
    expect(matrixOf([partnership('a', { status: 'PAUSED' })], [], []).rows[0]?.open).toBe(false);
  });
});

describe('figures of links', () => {
  const one = link('a', 'TIKTOK', { clicksByDay: Array.from({ length: 30 }, (_, day) => (day < 23 ? 1 : 2)) });
  const other = link('b', 'TIKTOK', { clicksByDay: [5], totals: { clicks: 40, orders: 2 } });

  it('are of the chosen days, or of all time', () => {
    expect([rangeOf(''), rangeOf('7'), rangeOf('all'), rangeOf('nonsense')]).toEqual(['30', '7', 'all', '30']);
    const sales = new Map([[one.id, 0.5]]);
    expect(countsOf(one, '30', sales)).toEqual({ clicks: 37, orders: 0.5 });
    expect(countsOf(one, '7', sales)).toEqual({ clicks: 14, orders: 0.5 });
    expect(countsOf(other, '30', sales)).toEqual({ clicks: 5, orders: 0 });
    expect(countsOf(other, 'all', null)).toEqual({ clicks: 40, orders: 2 });
    expect(daysOf(one, '7')).toHaveLength(7);
  });

  it('say nothing of sales while those are not known', () => {
    expect(countsOf(one, '30', null).orders).toBeNull();
    expect(together([one, other], (entry) => countsOf(entry, '30', null))).toEqual({ clicks: 42, orders: null });
    expect(together([one, other], (entry) => countsOf(entry, 'all', null))).toEqual({ clicks: 50, orders: 3.5 });
  });
});

describe('an address', () => {
  it('is written without its scheme', () => {
    expect(shown('https://lumen.link/maya-ig')).toBe('lumen.link/maya-ig');
  });
});
