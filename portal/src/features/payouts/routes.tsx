import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'payouts', title: 'Payouts', icon: 'wallet', group: 'Earn', order: 20, phone: { order: 4 }, keywords: 'money stripe bank earnings balance', load: () => import('./payouts_page') },
  { hat: 'creator', path: 'payouts/stripe/:step', title: 'Stripe', load: () => import('./stripe_page') },
];

export default pages;
