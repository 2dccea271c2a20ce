import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'brand', group: 'Run', order: 2, path: 'orders', title: 'Orders', icon: 'receipt', load: () => import('./orders'), phone: { order: 4 }, keywords: 'sales attribution refunds' },
  { hat: 'brand', path: 'orders/:order', title: 'Order', load: () => import('./order') },
  { hat: 'finance', path: 'orders/:order', title: 'Order', load: () => import('./order') },
];

export default pages;
