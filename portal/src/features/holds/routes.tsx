import type { Page } from '@/frame/pages';
import { useOpenHolds } from './waiting';

const pages: Page[] = [
  { hat: 'brand', group: 'Run', order: 4, path: 'holds', title: 'Holds', icon: 'shield', load: () => import('./holds'), useCount: useOpenHolds, keywords: 'fraud review self referral leaked code' },
  { hat: 'finance', group: 'Pay', order: 2, path: 'holds', title: 'Held commissions', icon: 'hold', load: () => import('./holds'), useCount: useOpenHolds, phone: { order: 2, title: 'Held' }, keywords: 'fraud review' },
];

export default pages;
