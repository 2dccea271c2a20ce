import type { Page } from '@/frame/pages';
import { useWaitingReviews } from './waiting';

const pages: Page[] = [
  { hat: 'brand', group: 'Learn', order: 3, path: 'reviews', title: 'Reviews', icon: 'star', load: () => import('./reviews'), useCount: useWaitingReviews, keywords: 'trial quarter promote coach retire median' },
  { hat: 'creator', group: 'Earn', order: 30, path: 'reviews', title: 'Reviews', icon: 'star', load: () => import('./my_reviews'), keywords: 'feedback trial brand decision' },
];

export default pages;
