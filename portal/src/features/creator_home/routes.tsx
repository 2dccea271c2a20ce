import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'creator', path: '', title: 'Home', icon: 'home', group: '', order: 1, phone: { order: 1 }, keywords: 'overview earnings next payout tasks', load: () => import('./creator_home') }];

export default pages;
