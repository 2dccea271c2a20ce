import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'finance', group: 'Pay', order: 4, path: 'payouts', title: 'Payouts', icon: 'receipt', load: () => import('./brand_payouts'), keywords: 'paid transfers creators' }];

export default pages;
