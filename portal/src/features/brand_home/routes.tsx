import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: '', order: 1, path: '', title: 'Home', icon: 'home', load: () => import('./home'), phone: { order: 1 }, keywords: 'overview revenue today' }];

export default pages;
