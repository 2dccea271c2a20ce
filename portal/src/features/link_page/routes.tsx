import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'public', path: '/c/:handle', title: 'Links and codes', load: () => import('./link_page') }];

export default pages;
