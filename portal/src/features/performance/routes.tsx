import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Learn', order: 1, path: 'performance', title: 'Performance', icon: 'chart', load: () => import('./performance'), phone: { order: 3 }, keywords: 'report figures clicks conversion revenue compare' }];

export default pages;
