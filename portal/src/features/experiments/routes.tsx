import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Learn', order: 2, path: 'experiments', title: 'Experiments', icon: 'flask', load: () => import('./experiments'), keywords: 'test arms compare sample interval significance' }];

export default pages;
