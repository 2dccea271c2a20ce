import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'finance', group: 'Pay', order: 3, path: 'funds', title: 'Funds', icon: 'bank', load: () => import('./funds'), phone: { order: 3 }, keywords: 'money set aside top up funding' }];

export default pages;
