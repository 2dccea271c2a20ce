/** The nonce that the server wrote into the page; the property, since browsers hide the attribute. */
export function styleNonce(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.nonce ?? '';
}
