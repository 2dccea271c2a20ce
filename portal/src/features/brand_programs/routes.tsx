import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'brand', group: 'Run', order: 1, path: 'programs', title: 'Programs and offers', icon: 'compass', load: () => import('./programs'), keywords: 'commission terms rate window' },
  { hat: 'brand', path: 'programs/new', title: 'Make a program', icon: 'plus', load: () => import('./new_program') },
  { hat: 'brand', path: 'programs/:program', title: 'Program', load: () => import('./program') },
];

export default pages;
