import type { ChartData } from '@/charts';
import { moneyAxis, moneyPoints } from '@/charts/model';
import type { Hat, Viewer } from '@/frame/hats';
import type { Page } from '@/frame/pages';
import type { Money } from '@/lib/format';
import type { RiverData } from '@/river/model';

/** Sample data of the gallery: the people and figures of the drawn pages. */

export const eur = (amount: string): Money => ({ amount, currencyCode: 'EUR' });

const creator: Hat = { kind: 'creator', name: 'Maya Okafor', role: 'Creator', base: '/creator' };
const lumen = { id: 'brd_1', slug: 'lumen-skin', name: 'Lumen Skin' };
const brand: Hat = { kind: 'brand', name: 'Lumen Skin', role: 'Brand manager', base: '/b/lumen-skin', brand: lumen };
const finance: Hat = { kind: 'finance', name: 'Lumen Skin', role: 'Finance', base: '/b/lumen-skin/finance', brand: lumen };
export const hats = { creator, brand, finance };

export const viewer = (mode: Viewer['mode']): Viewer => ({
  id: 'usr_1',
  name: 'Maya Okafor',
  email: 'maya@okafor.studio',
  hats: [creator, brand, finance],
  sandbox: mode === 'SANDBOX',
  mode,
  sendingNeedsTotp: true,
});

const load = async () => ({ default: () => null });
const place = (hat: Page['hat'], group: string, path: string, title: string, icon: Page['icon'], more: Partial<Page> = {}): Page => ({ hat, group, path, title, icon, load, ...more });

export const pages: Page[] = [
  place('creator', '', '', 'Home', 'home', { phone: { order: 1 } }),
  place('creator', 'Share', 'links', 'Links and codes', 'link', { order: 1, phone: { order: 2, title: 'Links' } }),
  place('creator', 'Share', 'calendar', 'Posts and calendar', 'calendar', { order: 2 }),
  place('creator', 'Share', 'programs', 'Programs', 'compass', { order: 3 }),
  place('creator', 'Share', 'resources', 'Resources', 'book', { order: 4 }),
  place('creator', 'Earn', 'sales', 'Sales', 'receipt', { order: 1, phone: { order: 3 } }),
  place('creator', 'Earn', 'payouts', 'Payouts and statements', 'wallet', { order: 2, phone: { order: 4, title: 'Payouts' } }),
  place('creator', 'Earn', 'reviews', 'Reviews', 'star', { order: 3, useCount: () => 1 }),
  place('creator', 'foot', 'settings', 'Settings', 'settings'),
  place('brand', '', '', 'Home', 'home', { phone: { order: 1 } }),
  place('brand', 'Find', 'pipeline', 'Pipeline', 'board', { order: 1, phone: { order: 2 } }),
  place('brand', 'Find', 'applications', 'Applications', 'inbox', { order: 2, useCount: () => 7 }),
  place('brand', 'Find', 'creators', 'Creators', 'people', { order: 3 }),
  place('brand', 'Run', 'programs', 'Programs and offers', 'compass', { order: 1 }),
  place('brand', 'Run', 'calendar', 'Content calendar', 'calendar', { order: 2 }),
  place('brand', 'Run', 'holds', 'Holds and claims', 'shield', { order: 3, useCount: () => 5 }),
  place('brand', 'Learn', 'performance', 'Performance', 'chart', { order: 1, phone: { order: 3 } }),
  place('brand', 'Learn', 'experiments', 'Experiments', 'flask', { order: 2 }),
  place('brand', 'Learn', 'reviews', 'Reviews', 'star', { order: 3 }),
  place('brand', 'foot', 'settings', 'Settings', 'settings'),
  place('finance', 'Pay', 'runs', 'Payout runs', 'wallet', { order: 1, useCount: () => 1, phone: { order: 1, title: 'Runs' } }),
  place('finance', 'Pay', 'holds', 'Held commissions', 'hold', { order: 2, useCount: () => 3, phone: { order: 2, title: 'Held' } }),
  place('finance', 'Pay', 'funding', 'Funding', 'bank', { order: 3, phone: { order: 3 } }),
  place('finance', 'Pay', 'adjustments', 'Adjustments', 'settings', { order: 4 }),
  place('finance', 'Check', 'ledger', 'Ledger', 'book', { order: 1, phone: { order: 4 } }),
  place('finance', 'Check', 'reconciliation', 'Reconciliation', 'scales', { order: 2 }),
  place('finance', 'Check', 'statements', 'Statements', 'receipt', { order: 3 }),
  place('finance', 'Check', 'exports', 'Exports', 'download', { order: 4 }),
  place('finance', 'foot', 'settings', 'Settings', 'settings'),
];

export const river: RiverData = {
  touches: [
    { label: 'Your YouTube link', at: '2026-10-09T16:22:00Z', kind: 'YOUTUBE', outcome: 'LOST', reasonWords: '36 days before the order. Links count for 30 days in this program.', creditPpm: 0, own: true },
    { label: 'Your Instagram story link', at: '2026-10-31T07:15:00Z', kind: 'INSTAGRAM', outcome: 'COUNTED', creditPpm: 400_000, own: true },
    { label: 'Your TikTok link', at: '2026-11-05T20:03:00Z', kind: 'TIKTOK', outcome: 'COUNTED', creditPpm: 200_000, own: true },
    { label: 'Your TikTok link', at: '2026-11-05T20:03:00Z', kind: 'TIKTOK', outcome: 'LOST', reasonWords: 'The same tap, sent twice. It counts once.', creditPpm: 0, own: true },
    { label: 'Another creator’s link', at: '2026-11-12T06:48:00Z', kind: 'CLICK', outcome: 'COUNTED', creditPpm: 400_000, own: false },
    { label: 'Survey: “maya on insta”', at: '2026-11-14T18:44:00Z', kind: 'SURVEY', outcome: 'LOST', reasonWords: 'Links come before survey answers at Lumen Skin.', creditPpm: 0, own: true },
  ],
  others: 1,
  order: { name: 'The order', at: '2026-11-14T18:42:00Z', total: eur('136.10'), earning: eur('89.24') },
  commission: { amount: eur('8.98'), creditPpm: 600_000 },
  gate: { until: '2026-12-14', state: 'HOLDING' },
  payout: { at: '2027-01-01', state: 'EXPECTED' },
};

const EARNED = [16, 20, 37, 31, 26, 38, 50, 40, 36, 36, 26, 21, 30, 27, 25, 33, 60, 80, 56, 44, 26, 39, 31, 33, 45, 54, 48, 41, 29, 46];
const BEFORE = [28, 29, 30, 28, 26, 26, 26, 28, 31, 36, 43, 44, 39, 31, 30, 31, 34, 31, 28, 26, 25, 30, 33, 33, 32, 29, 30, 30, 33, 35];
const day = (index: number, from: number, month: number) => new Date(Date.UTC(2026, month, from + index, 12));
const short = (at: Date) => new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(at);
const long = (at: Date) => new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' }).format(at).replace(',', '');
const points = (sizes: number[]) => moneyPoints(sizes.map((size) => eur(size.toFixed(2))));

export const earnings: ChartData = {
  label: 'Earnings a day, 24 October to 22 November',
  at: EARNED.map((_, index) => short(day(index, 24, 9))),
  atLong: EARNED.map((_, index) => long(day(index, 24, 9))),
  series: [{ key: 'e', label: 'Earnings', points: points(EARNED) }],
  compare: { label: '30 days before', points: points(BEFORE), atLong: BEFORE.map((_, index) => long(day(index, 24, 8))) },
  marks: [
    { index: 6, label: 'Video: autumn reset' },
    { index: 17, label: 'Reel: winter barrier routine' },
  ],
  axis: moneyAxis('EUR'),
};

const IG = [730, 840, 960, 830, 800, 1050, 1310, 1220, 1220, 1260, 1200, 990, 1000, 940, 820, 940, 1150, 2110, 2399, 1740, 1310, 1280];
const YT = [620, 720, 1480, 1930, 1390, 830, 590, 730, 930, 930, 960, 840, 1320, 1540, 1260, 1150, 880, 960, 952, 780, 800, 980];
const TT = [480, 710, 590, 730, 490, 550, 490, 720, 1020, 1300, 1030, 810, 660, 710, 850, 1210, 1380, 1250, 1252, 740, 710, 880];
const NL = [320, 420, 390, 390, 330, 350, 350, 430, 500, 470, 670, 910, 680, 450, 410, 540, 550, 740, 743, 840, 700, 510];
const PO = [240, 310, 310, 300, 210, 210, 240, 260, 310, 280, 310, 270, 250, 240, 320, 340, 340, 302, 302, 280, 270, 370];
const total = (index: number) => [IG, YT, TT, NL, PO].reduce((sum, list) => sum + (list[index] ?? 0), 0);
const OCTOBER = [2950, 3100, 3820, 3330, 2490, 2830, 3090, 4380, 4760, 4460, 4100, 3080, 2680, 2990, 3240, 3400, 3600, 3244, 3050, 2830, 3390, 3050];

export const platforms: ChartData = {
  label: 'Revenue a day by platform',
  at: IG.map((_, index) => short(day(index, 1, 10))),
  atLong: IG.map((_, index) => long(day(index, 1, 10))),
  series: [
    { key: 'ig', label: 'Instagram', points: points(IG), total: '€26,108' },
    { key: 'yt', label: 'YouTube', points: points(YT), total: '€22,480' },
    { key: 'tt', label: 'TikTok', points: points(TT), total: '€18,044' },
    { key: 'nl', label: 'Newsletter', points: points(NL), total: '€11,420' },
    { key: 'po', label: 'Podcast', points: points(PO), total: '€6,260' },
  ],
  together: IG.map((_, index) => points([total(index)])[0]?.text ?? ''),
  compare: { label: 'October, all platforms', points: points(OCTOBER), atLong: OCTOBER.map((_, index) => short(day(index, 1, 9))) },
  axis: moneyAxis('EUR'),
};

export const sales = [
  { id: '1', at: '2026-11-22T20:14:00Z', what: 'Barrier Cream, Ceramide Night Serum', why: 'Your TikTok link was the only touch in the 30 days before the order.', state: 'On hold until 22 December', tone: 'wait', amount: eur('14.26') },
  { id: '2', at: '2026-11-22T16:40:00Z', what: 'Gentle Foam Cleanser', why: 'Your code MAYA15 was used, and codes come before links in this program.', state: 'On hold until 22 December', tone: 'wait', amount: eur('3.90') },
  { id: '3', at: '2026-11-21T08:02:00Z', what: 'Winter Barrier Set', why: 'Credit is shared: your two links 60%, another creator’s link 40%.', state: 'On hold until 21 December', tone: 'wait', amount: eur('7.12') },
  { id: '4', at: '2026-11-19T19:31:00Z', what: 'Mineral Sunscreen SPF 50', why: 'Refunded in full on 22 November, so nothing is earned.', state: 'Taken back', tone: 'quiet', amount: eur('0.00') },
] as const;

export const waiting = [
  { name: 'Lena Fischer', title: 'Under review', detail: '2 sales since 11:40. Finance decides in Held commissions.', tone: 'wait', icon: 'shield', amount: eur('86.20') },
  { name: 'Giulia Marino', title: 'No Stripe account', detail: 'Reminded on 27 November, nothing is lost', tone: 'quiet', icon: 'wallet', amount: eur('64.75') },
  { name: 'Oskar Blom', title: 'Stripe stopped transfers', detail: 'Stripe asks him for a proof of address', tone: 'bad', icon: 'warning', amount: eur('58.00') },
  { name: 'Nils Aaltonen', title: 'No Stripe account', detail: 'Reminded on 27 November, nothing is lost', tone: 'quiet', icon: 'wallet', amount: eur('41.30') },
  { name: 'Sam Petit', title: 'Below the minimum of €25.00', detail: 'Carried to 1 January 2027', tone: 'wait', icon: 'clock', amount: eur('22.85') },
  { name: 'Eva Dvořák', title: 'Below the minimum of €25.00', detail: 'Carried to 1 January 2027', tone: 'wait', icon: 'clock', amount: eur('19.40') },
  { name: 'Ben Kowalski', title: 'Owes back after a refund', detail: 'Taken from the next sales', tone: 'bad', icon: 'minus', amount: eur('-12.60') },
] as const;

export const byPlatform = [
  { key: 'ig', name: 'Instagram', clicks: 21480, orders: 324, revenue: eur('26108'), change: 4310 },
  { key: 'yt', name: 'YouTube', clicks: 9120, orders: 214, revenue: eur('22480'), change: 5902 },
  { key: 'tt', name: 'TikTok', clicks: 17906, orders: 276, revenue: eur('18044'), change: -1126 },
  { key: 'nl', name: 'Newsletter', clicks: 3408, orders: 151, revenue: eur('11420'), change: 1198 },
  { key: 'po', name: 'Podcast', clicks: 1515, orders: 81, revenue: eur('6260'), change: 200 },
];
