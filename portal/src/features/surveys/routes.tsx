import type { Page } from '@/frame/pages';
import { useUnclearAnswers } from './waiting';

const pages: Page[] = [
  { hat: 'brand', group: 'Run', order: 6, path: 'survey', title: 'Survey', icon: 'edit', load: () => import('./surveys'), useCount: useUnclearAnswers, needs: 'readCustomers', keywords: 'who sent you answer question customers reported' },
];

export default pages;
