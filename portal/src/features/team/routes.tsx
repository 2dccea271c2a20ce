import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Set up', order: 3, path: 'team', title: 'Team and keys', icon: 'key', load: () => import('./team'), keywords: 'members roles invite api key' }];

export default pages;
