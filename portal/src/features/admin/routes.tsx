import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'admin', group: 'Manage', order: 1, path: 'brands', title: 'Brands', icon: 'compass', load: () => import('./brands'), phone: { order: 1 }, keywords: 'companies' }];

export default pages;
