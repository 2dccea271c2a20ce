import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'sales', title: 'Sales', icon: 'receipt', group: 'Earn', order: 10, phone: { order: 3 }, keywords: 'orders commissions earnings', load: () => import('./sales_page') },
  { hat: 'creator', path: 'sales/:order', title: 'Sale', load: () => import('./sale_page') },
];

export default pages;
