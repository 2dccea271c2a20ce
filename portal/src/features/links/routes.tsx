import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'links', title: 'Links and codes', icon: 'link', group: 'Share', order: 10, phone: { order: 2, title: 'Links' }, keywords: 'share copy code discount kit platform', load: () => import('./links_page') },
];

export default pages;
