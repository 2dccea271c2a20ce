import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'links', title: 'Links and codes', icon: 'link', group: 'Share', order: 10, phone: { order: 2, title: 'Links' }, keywords: 'share copy code discount kit platform qr', load: () => import('./links_page') },
  { hat: 'brand', path: 'links', title: 'Links', icon: 'link', group: 'Run', order: 3.5, keywords: 'codes clicks live tracking qr destination out of stock health', load: () => import('./brand_links_page') },
];

export default pages;
