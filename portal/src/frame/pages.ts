import type { ComponentType } from 'react';
import type { IconName } from '@/ui/icon';
import type { Deed } from './rights';

/** Who a person is while using a page. */
export type HatKind = 'creator' | 'brand' | 'finance' | 'admin';

/** A page as its author registers it in features/<domain>/routes.tsx. */
export interface Page {
  /** 'public' pages need no sign-in and stand without the frame. */
  hat: HatKind | 'public';
  /** Below the hat's own address: '' is its home, 'sales/:order' a sale. Public pages give the whole path. */
  path: string;
  /** In the rail, the palette and while the page loads. */
  title: string;
  load: () => Promise<{ default: ComponentType }>;
  icon?: IconName;
  /** The heading in the rail: '' stands at the top without one, 'foot' at the foot. Without a group the page is not in the rail. */
  group?: string;
  /** Place within the rail; lower is higher. */
  order?: number;
  /** Place in the phone's bottom bar (four at most, then "More"), with a shorter name. */
  phone?: { order: number; title?: string };
  /** A hook that returns how many things wait there. */
  useCount?: () => number | null;
  /** Only for people whose roles allow this; for the others the page is neither in the rail nor in the palette. */
  needs?: Deed;
  /** More words by which the palette finds the page. */
  keywords?: string;
}

/** Headings of the rail in their order, for each hat. */
const GROUPS: Record<HatKind, string[]> = {
  creator: ['', 'Share', 'Earn'],
  brand: ['', 'Find', 'Run', 'Learn'],
  finance: ['', 'Pay', 'Check'],
  admin: ['', 'Watch', 'Manage'],
};

/** At most this many places in the bottom bar, "More" among them. */
const PHONE_PLACES = 5;

/** Pages of the rail under their headings. Headings that no one has thought of come last. */
export function railGroups(pages: readonly Page[], kind: HatKind): { heading: string; pages: Page[] }[] {
  const groups = new Map<string, Page[]>(GROUPS[kind].map((heading) => [heading, []]));
  for (const page of pages) {
    if (page.hat !== kind || page.group === undefined || page.group === 'foot') continue;
    groups.set(page.group, [...(groups.get(page.group) ?? []), page]);
  }
  return [...groups]
    .map(([heading, list]) => ({ heading, pages: list.sort((a, b) => (a.order ?? 100) - (b.order ?? 100)) }))
    .filter((group) => group.pages.length > 0);
}

/** Pages at the foot of the rail. */
export const footPages = (pages: readonly Page[], kind: HatKind): Page[] =>
  pages.filter((page) => page.hat === kind && page.group === 'foot').sort((a, b) => (a.order ?? 100) - (b.order ?? 100));

/** Pages of the bottom bar, without "More". */
export const phonePages = (pages: readonly Page[], kind: HatKind): Page[] =>
  pages
    .filter((page) => page.hat === kind && page.phone)
    .sort((a, b) => (a.phone?.order ?? 0) - (b.phone?.order ?? 0))
    .slice(0, PHONE_PLACES - 1);

/** Pages that can be gone to without knowing which thing: their path has no parameter. */
export const reachable = (pages: readonly Page[], kind: HatKind): Page[] => pages.filter((page) => page.hat === kind && !page.path.includes(':'));

/** How well a page answers what was typed: 0 is not at all. All words must be found. */
export function match(page: Page, typed: string): number {
  const words = typed.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const title = page.title.toLocaleLowerCase();
  const all = `${title} ${(page.group ?? '').toLocaleLowerCase()} ${(page.keywords ?? '').toLocaleLowerCase()}`;
  if (!words.every((word) => all.includes(word))) return 0;
  const phrase = words.join(' ');
  if (title.startsWith(phrase)) return 3;
  return words.every((word) => title.includes(word)) ? 2 : 1;
}

/** The address of a page below a hat. */
export const addressOf = (base: string, page: Page): string => (page.path === '' ? base : `${base}/${page.path}`);

const modules = import.meta.glob<{ default: readonly Page[] }>('../features/*/routes.tsx', { eager: true });

/** Every page of the portal, as the features registered them. */
export const PAGES: readonly Page[] = Object.values(modules).flatMap((module) => [...module.default]);
