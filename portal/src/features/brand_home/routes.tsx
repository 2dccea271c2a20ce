import type { Page } from '@/frame/pages';
import { addPaletteSource } from '@/frame/palette_sources';

addPaletteSource({ heading: 'Found', hats: ['brand', 'finance'], find: async (typed, hat) => (await import('./find')).findInBrand(typed, hat) });

const pages: Page[] = [{ hat: 'brand', group: '', order: 1, path: '', title: 'Home', icon: 'home', load: () => import('./home'), phone: { order: 1 }, keywords: 'overview revenue today' }];

export default pages;
