import { beforeAll, describe, expect, it } from 'vitest';
import type { CreatorHomeQuery, HomeFiguresFragment } from '@/gql/graphql';
import { setReader } from '@/lib/format';
import { greeting, lastThirtyDays } from './days';
import { chartOf } from './last_thirty_days';
import { drawStreams, streamsOf } from './payout_streams';
import { tasksOf } from './tasks';

beforeAll(() => setReader('en-GB', 'UTC'));

const eur = (amount: string) => ({ amount, currencyCode: 'EUR' });

describe('the last 30 days', () => {
  it('are whole UTC days, and the 30 before touch them', () => {
    expect(lastThirtyDays(new Date('2026-11-23T00:30:00Z'))).toEqual({ from: '2026-10-24', to: '2026-11-22', beforeFrom: '2026-09-24', beforeTo: '2026-10-23' });
  });

  it('mark posts on their day and leave out one that would write over another', () => {
    const rows = ['2026-11-20', '2026-11-21', '2026-11-22'].map((date, index) => ({ key: date, date, figures: { clicks: index, orders: index / 2, commission: eur(`${index}.00`) } }));
    const figures: HomeFiguresFragment = { from: '2026-11-20', to: '2026-11-22', asOf: '2026-11-23T00:00:00Z', total: { clicks: 3, orders: 1.5, commission: eur('3.00') }, rows };
    const chart = chartOf(figures, figures, 'sales', [{ title: 'Reel', publishedAt: '2026-11-21T10:00:00Z' }, { title: 'Story', publishedAt: '2026-11-22T10:00:00Z' }, { title: 'Old', publishedAt: '2026-01-01T10:00:00Z' }]);
    expect(chart.marks).toEqual([{ index: 1, label: 'Reel' }]);
    expect(chart.series[0]?.points.map((point) => point.text)).toEqual(['0', '0.5', '1']);
  });
});

describe('the greeting', () => {
  it('follows the clock', () => {
    expect([4, 8, 14, 20].map(greeting)).toEqual(['Good night', 'Good morning', 'Good afternoon', 'Good evening']);
  });
});

describe('what flows into the next payout', () => {
  it('keeps every cent when far days are gathered', () => {
    const upcoming = ['2026-12-01', '2026-12-05', '2026-12-09', '2026-12-12', '2026-12-20'].map((date) => ({ date, amount: eur('10.10') }));
    const streams = streamsOf(eur('5.00'), upcoming);
    expect(streams.map((stream) => [stream.date, stream.amount.amount])).toEqual([[null, '5.00'], ['2026-12-01', '10.10'], ['2026-12-05', '10.10'], ['2026-12-09', '30.30']]);
    expect(streams[3]?.until).toBe('2026-12-20');
    expect(drawStreams(streams, 150, 290, 354).total).toEqual(eur('55.50'));
  });

  it('draws no stream for nothing and thin ones so that they are seen', () => {
    expect(streamsOf(eur('0.00'), [])).toEqual([]);
    const { streams } = drawStreams(streamsOf(eur('1000.00'), [{ date: '2026-12-01', amount: eur('0.01') }]), 150, 290, 354);
    expect(streams.map((stream) => Math.round(stream.thickness * 10) / 10)).toEqual([34, 2.5]);
  });
});

const home = (over: Partial<CreatorHomeQuery> = {}): CreatorHomeQuery => ({
  viewer: { user: { id: 'usr_1', emailVerified: true }, creator: { id: 'cre_1', country: 'DE', socialAccounts: [{ id: 'soc_1' }] } },
  payoutPlan: [],
  payoutAccount: { id: 'pac_1', status: 'ENABLED', requirementsDue: [], nextStep: '' },
  partnerships: { nodes: [partnership({})] },
  links: { nodes: [{ id: 'lnk_1' }] },
  posts: { nodes: [] },
  commissions: { nodes: [], totalCount: 0 },
  ...over,
});

type Partnership = CreatorHomeQuery['partnerships']['nodes'][number];
const partnership = (over: Partial<Partnership>): Partnership => ({
  id: 'par_1',
  status: 'ACTIVE',
  acceptedTermsVersion: 2,
  createdAt: '2026-06-01T00:00:00Z',
  program: { id: 'prg_1', slug: 'glow-circle', name: 'Glow Circle', currency: 'EUR', brand: { id: 'brd_1', name: 'Lumen Skin' }, terms: { id: 'trm_1', version: 2, effectiveAt: '2026-11-20T00:00:00Z' } },
  ...over,
});

describe('what a creator has to do', () => {
  it('is nothing when all is well', () => {
    expect(tasksOf(home())).toEqual([]);
  });

  it('begins with Stripe when a payout waits for it', () => {
    const blockers = [{ reason: 'NO_PAYOUT_ACCOUNT' as const, sentence: '…' }];
    const tasks = tasksOf(home({ payoutAccount: null, payoutPlan: [{ brand: { id: 'brd_1', name: 'Lumen Skin' }, amount: eur('9.00'), minimum: eur('0.00'), funded: true, blockers, upcoming: [] }], partnerships: { nodes: [partnership({ status: 'AWAITING_TERMS', acceptedTermsVersion: 0 })] } }));
    expect(tasks.map((task) => [task.tone, task.title])).toEqual([['bad', 'Set up payouts at Stripe'], ['wait', 'Accept the terms']]);
  });

  it('asks for new terms while links still earn, and says when they do not', () => {
    expect(tasksOf(home({ partnerships: { nodes: [partnership({ acceptedTermsVersion: 1 })] } }))[0]).toMatchObject({ title: 'Accept the new terms', tone: 'wait' });
    expect(tasksOf(home({ partnerships: { nodes: [partnership({ acceptedTermsVersion: 1, status: 'PAUSED', pauseKind: 'TERMS' })] } }))[0]).toMatchObject({ until: 'Clicks do not count until then' });
    expect(tasksOf(home({ partnerships: { nodes: [partnership({ acceptedTermsVersion: 1, status: 'PAUSED', pauseKind: 'FRAUD' })] } }))).toEqual([]);
  });
});
