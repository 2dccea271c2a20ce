/** A first idea for a code: the handle in capitals. */
export const suggestedCode = (handle: string): string => handle.toUpperCase().replace(/[^A-Z0-9]/g, '').slice(0, 20);
