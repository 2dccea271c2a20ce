import type { Page } from '@/frame/pages';

const pages: Page[] = [{ hat: 'brand', group: 'Set up', order: 1, path: 'integrations', title: 'Integrations', icon: 'webhook', load: () => import('./integrations'), needs: 'manageIntegrations', keywords: 'shopify woocommerce stripe checkout webhook postback shop connect' }];

export default pages;
