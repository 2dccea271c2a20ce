import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'public', path: '/graphql', title: 'Query editor', load: () => import('./query_editor') }];

export default pages;
