import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'posts', title: 'Posts', icon: 'calendar', group: 'Share', order: 20, keywords: 'content video reel story submit', load: () => import('./posts_page') },
];

export default pages;
