import { createBrowserRouter, useOutletContext, type RouteObject } from 'react-router';
import { FirstPlace, HatFrame, NotFound, pageElement, Root, RouteTrouble, SignedIn, Start } from './frame/app';
import type { Viewer } from './frame/hats';
import { PAGES, type HatKind } from './frame/pages';

/** Addresses of the hats. Finance comes before brand, since it lies below it. */
const HATS: { kind: HatKind; path: string }[] = [
  { kind: 'creator', path: 'creator' },
  { kind: 'finance', path: 'b/:brand/finance' },
  { kind: 'brand', path: 'b/:brand' },
  { kind: 'admin', path: 'admin' },
];

function StartPage() {
  return <Start viewer={useOutletContext<Viewer>()} />;
}

function hatRoute({ kind, path }: (typeof HATS)[number]): RouteObject {
  const pages = PAGES.filter((page) => page.hat === kind);
  const children: RouteObject[] = pages.map((page) => {
    const Component = pageElement(page);
    return page.path === '' ? { index: true, Component, ErrorBoundary: RouteTrouble } : { path: page.path, Component, ErrorBoundary: RouteTrouble };
  });
  if (!pages.some((page) => page.path === '')) children.unshift({ index: true, Component: () => <FirstPlace kind={kind} /> });
  children.push({ path: '*', Component: NotFound });
  return {
    path,
    Component: function Frame() {
      return <HatFrame kind={kind} viewer={useOutletContext<Viewer>()} />;
    },
    children,
  };
}

/** Every route of the portal: pages come from features/<domain>/routes.tsx. */
export const routes: RouteObject[] = [
  {
    Component: Root,
    ErrorBoundary: RouteTrouble,
    children: [
      ...PAGES.filter((page) => page.hat === 'public').map((page) => ({ path: page.path, Component: pageElement(page), ErrorBoundary: RouteTrouble })),
      { Component: SignedIn, children: [{ path: '/', Component: StartPage }, ...HATS.map(hatRoute)] },
      { path: '*', Component: NotFound },
    ],
  },
];

/** The router of the browser. */
export const newRouter = () => createBrowserRouter(routes);
