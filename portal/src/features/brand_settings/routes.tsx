import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'foot', order: 1, path: 'settings', title: 'Brand settings', icon: 'settings', load: () => import('./brand_settings'), keywords: 'domains website name' }];

export default pages;
