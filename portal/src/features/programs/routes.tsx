import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'public', path: '/p/:slug', title: 'Program', load: () => import('./public_program_page') },
  { hat: 'creator', path: 'programs', title: 'Programs', icon: 'compass', group: 'Share', order: 30, keywords: 'find apply join brands terms', load: () => import('./programs_page') },
  { hat: 'creator', path: 'programs/:slug', title: 'Program', load: () => import('./creator_program_page') },
];

export default pages;
