import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Learn', order: 2, path: 'models', title: 'Models', icon: 'scales', load: () => import('./models'), keywords: 'attribution comparison markov shapley first last linear credit insight' }];

export default pages;
