import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'brand', path: 'imports', title: 'Import orders', load: () => import('./order_imports'), needs: 'writeOrders', keywords: 'csv file history upload shopify woocommerce export' },
  { hat: 'brand', path: 'imports/:import', title: 'Import of orders', load: () => import('./order_import'), needs: 'writeOrders' },
];

export default pages;
