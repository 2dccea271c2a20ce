import type { Page } from '@/frame/pages';

const pages: Page[] = [
  { hat: 'brand', group: 'Set up', order: 4, path: 'audit', title: 'Audit log', icon: 'eye', load: () => import('./audit_log'), needs: 'readAudit', keywords: 'history who did what' },
  { hat: 'finance', group: 'Check', order: 4, path: 'audit', title: 'Audit log', icon: 'eye', load: () => import('./audit_log'), needs: 'readAudit', keywords: 'history who did what' },
];

export default pages;
