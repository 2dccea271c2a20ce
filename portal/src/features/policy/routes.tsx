import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Set up', order: 2, path: 'policy', title: 'Attribution', icon: 'scales', load: () => import('./policy'), keywords: 'policy credit last click first touch linear precedence' }];

export default pages;
