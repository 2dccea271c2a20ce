import type { Page } from '@/frame/pages';
import { useWaitingApplications } from './waiting';

const pages: Page[] = [{ hat: 'brand', group: 'Find', order: 2, path: 'applications', title: 'Applications', icon: 'inbox', load: () => import('./applications'), useCount: useWaitingApplications, keywords: 'creators apply approve decline waitlist' }];

export default pages;
