import { describe, expect, it } from 'vitest';
import { partOf } from './parts';

describe('parts of a file', () => {
  const bytes = new TextEncoder().encode('\uFEFForder_id,name\n1,Müller 🌊\n');

  it.each([4, 5, 6, 7, 11, 1000])('come to the whole again when they are at most %i bytes long', (size) => {
    let all = '';
    let parts = 0;
    for (let at = 0; at < bytes.length; parts += 1) {
      const { part, end } = partOf(bytes, at, size);
      expect(new TextEncoder().encode(part).length).toBe(end - at);
      expect(end - at).toBeLessThanOrEqual(size);
      expect(end).toBeGreaterThan(at);
      all += part;
      at = end;
    }
    expect(all).toBe('\uFEFForder_id,name\n1,Müller 🌊\n');
    expect(parts).toBeGreaterThanOrEqual(Math.ceil(bytes.length / size));
  });

  it('are refused when they are no UTF-8', () => {
    expect(() => partOf(new Uint8Array([0x4d, 0xfc, 0x6c]), 0)).toThrow();
  });
});
