import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'finance', group: 'Check', order: 1, path: 'ledger', title: 'Ledger', icon: 'book', load: () => import('./ledger'), phone: { order: 4 }, keywords: 'postings entries books accounts' },
  { hat: 'finance', group: 'Check', order: 2, path: 'trial-balance', title: 'Trial balance', icon: 'scales', load: () => import('./trial_balance'), keywords: 'sums accounts balanced' },
];

export default pages;
