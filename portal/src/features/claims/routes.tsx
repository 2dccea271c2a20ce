import type { Page } from '@/frame/pages';
import { useOpenClaims } from './waiting';

const pages: Page[] = [
  { hat: 'creator', path: 'sales/claims', title: 'Claims', load: () => import('./my_claims'), keywords: 'missing sale dispute' },
  { hat: 'brand', group: 'Run', order: 5, path: 'claims', title: 'Claims', icon: 'message', load: () => import('./claims'), useCount: useOpenClaims, needs: 'readClaims', keywords: 'missing sale dispute desk' },
];

export default pages;
