import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'posts', title: 'Posts', icon: 'calendar', group: 'Share', order: 20, keywords: 'content video reel story submit', load: () => import('./posts_page') },
  { hat: 'brand', path: 'posts', title: 'Posts', icon: 'calendar', group: 'Run', order: 3, keywords: 'content calendar video reel story published', load: () => import('./brand_posts') },
];

export default pages;
