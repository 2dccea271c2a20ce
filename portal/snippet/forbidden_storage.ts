/** Makes cookies and local storage throw, as browsers do that block them, until what it gives is called. For tests. */
export function forbidStorage(): () => void {
  const refuse = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  const storage = Object.getOwnPropertyDescriptor(globalThis, 'localStorage');
  Object.defineProperty(globalThis, 'localStorage', { get: refuse, configurable: true });
  Object.defineProperty(document, 'cookie', { get: refuse, set: refuse, configurable: true });
  return () => {
    Reflect.deleteProperty(document, 'cookie');
    if (storage) Object.defineProperty(globalThis, 'localStorage', storage);
  };
}
