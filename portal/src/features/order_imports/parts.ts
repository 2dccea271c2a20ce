/** Bytes of one part of a file: a little less than the server takes, which counts bytes too. */
export const PART_BYTES = 190_000;

/** The longest file, in bytes. */
export const FILE_MAX = 32 * 1024 * 1024;

/** Reads a part of a file as text; throws for what is no UTF-8. */
const text = (bytes: Uint8Array): string => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);

/** The next part of a file, cut between two characters, and where it ends. */
export function partOf(bytes: Uint8Array, from: number, size = PART_BYTES): { part: string; end: number } {
  let end = Math.min(from + size, bytes.length);
  // Bytes 10xxxxxx go on with a character that began before.
  while (end > from && end < bytes.length && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { part: text(bytes.subarray(from, end)), end };
}
