import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Find', order: 1, path: 'pipeline', title: 'Pipeline', icon: 'board', load: () => import('./pipeline'), phone: { order: 2 }, keywords: 'outreach prospects contact recruit board' }];

export default pages;
