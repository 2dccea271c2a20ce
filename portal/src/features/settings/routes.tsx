import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'creator', path: 'settings', title: 'Settings', icon: 'settings', group: 'foot', keywords: 'profile handle social accounts security authenticator password sign out', load: () => import('./settings_page') },
  { hat: 'brand', path: 'account', title: 'Your account', icon: 'person', group: 'foot', order: 200, keywords: 'security authenticator sign out', load: () => import('./account_page') },
  { hat: 'finance', path: 'account', title: 'Your account', icon: 'person', group: 'foot', order: 200, keywords: 'security authenticator sign out', load: () => import('./account_page') },
  { hat: 'admin', path: 'account', title: 'Your account', icon: 'person', group: 'foot', order: 200, keywords: 'security authenticator sign out', load: () => import('./account_page') },
];

export default pages;
