import { describe, expect, it } from 'vitest';
import { addressOf, footPages, match, PAGES, phonePages, railGroups, reachable, type Page } from './pages';

const page = (over: Partial<Page>): Page => ({ hat: 'creator', path: 'x', title: 'X', load: async () => ({ default: () => null }), ...over });

describe('the registry of pages', () => {
  const pages = [
    page({ title: 'Sales', path: 'sales', group: 'Earn', order: 1, phone: { order: 3 } }),
    page({ title: 'Sale', path: 'sales/:order' }),
    page({ title: 'Home', path: '', group: '', phone: { order: 1 } }),
    page({ title: 'Links and codes', path: 'links', group: 'Share', keywords: 'qr coupon', phone: { order: 2, title: 'Links' } }),
    page({ title: 'Settings', path: 'settings', group: 'foot' }),
    page({ title: 'Pipeline', path: 'pipeline', hat: 'brand', group: 'Find' }),
  ];

  it('puts pages under their headings in the order of intent', () => {
    expect(railGroups(pages, 'creator').map((group) => [group.heading, group.pages.map((entry) => entry.title)])).toEqual([
      ['', ['Home']],
      ['Share', ['Links and codes']],
      ['Earn', ['Sales']],
    ]);
    expect(footPages(pages, 'creator').map((entry) => entry.title)).toEqual(['Settings']);
  });

  it('gives the phone at most four places besides More', () => {
    const many = Array.from({ length: 7 }, (_, index) => page({ title: String(index), phone: { order: index } }));
    expect(phonePages(many, 'creator').map((entry) => entry.title)).toEqual(['0', '1', '2', '3']);
    expect(phonePages(pages, 'creator').map((entry) => entry.title)).toEqual(['Home', 'Links and codes', 'Sales']);
  });

  it('finds pages by title first, then by other words, and needs every word', () => {
    const [sales, , , links] = pages as [Page, Page, Page, Page];
    expect(match(sales, 'sal')).toBe(3);
    expect(match(links, 'codes')).toBe(2);
    expect(match(links, 'coupon')).toBe(1);
    expect(match(links, 'coupon payout')).toBe(0);
  });

  it('goes only to pages that need no further choice', () => {
    expect(reachable(pages, 'creator').map((entry) => entry.path)).not.toContain('sales/:order');
    expect(addressOf('/creator', pages[2] as Page)).toBe('/creator');
    expect(addressOf('/creator', pages[0] as Page)).toBe('/creator/sales');
  });

  it('has no two pages at one address', () => {
    const addresses = PAGES.map((entry) => `${entry.hat} ${entry.path}`);
    expect(new Set(addresses).size).toBe(addresses.length);
  });
});
