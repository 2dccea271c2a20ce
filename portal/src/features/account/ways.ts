/** Where a person goes after signing in: an address inside the portal, or its start. */
export function wayBack(search: string): string {
  const to = new URLSearchParams(search).get('to') ?? '/';
  // Only a path of our own: "//host" and "/\host" would leave the portal.
  return /^\/(?![/\\])/.test(to) && !to.startsWith('/sign-') ? to : '/';
}
