import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Run', order: 3, path: 'bound-customers', title: 'Bound customers', icon: 'retry', load: () => import('./bindings'), keywords: 'renewals recurring returning customers lifetime subscriptions' }];

export default pages;
