import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'resources', title: 'Resources', icon: 'book', group: 'Share', order: 40, keywords: 'guidelines examples products learn', load: () => import('./resources_page') },
];

export default pages;
