import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Find', order: 3, path: 'creators', title: 'Creators', icon: 'people', load: () => import('./partnerships'), keywords: 'partnerships partners pause retire' }];

export default pages;
