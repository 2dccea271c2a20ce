import type { Page } from '@/frame/pages';
import { useRunsToMove } from './waiting';

const pages: Page[] = [
  { hat: 'finance', group: 'Pay', order: 1, path: 'runs', title: 'Payout runs', icon: 'wallet', load: () => import('./runs'), phone: { order: 1, title: 'Runs' }, useCount: useRunsToMove, keywords: 'pay creators prepare approve send' },
  { hat: 'finance', path: 'runs/new', title: 'Prepare a payout run', icon: 'plus', load: () => import('./prepare'), keywords: 'pay preview' },
  { hat: 'finance', path: 'runs/:run', title: 'Payout run', load: () => import('./run') },
];

export default pages;
