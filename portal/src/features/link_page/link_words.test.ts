import { describe, expect, it } from 'vitest';
import type { ShownLink, ShownProgram } from './link_page_document';
import { disclosure, linkWords } from './link_words';

const link = (over: Partial<ShownLink> = {}): ShownLink => ({ url: 'https://go.example/r/x', label: '', platform: 'TIKTOK', outOfStock: false, ...over });
const program = (links: ShownLink[]): ShownProgram => ({ slug: 'glow-circle', name: 'Glow Circle', brandName: 'Lumen Skin', links, codes: [] });

describe('a public page of links', () => {
  it('says on a button what the creator calls the link, or where it leads', () => {
    const [one, two] = [link(), link({ platform: 'YOUTUBE' })];
    expect(linkWords(link({ label: ' Winter set ' }), program([one, two]))).toBe('Winter set');
    expect(linkWords(one, program([one]))).toBe('Shop Lumen Skin');
    expect(linkWords(two, program([one, two]))).toBe('Shop Lumen Skin, from YouTube');
  });

  it('tells links of one name apart by where they are shared', () => {
    const [one, two] = [link({ label: 'Bio' }), link({ label: 'Bio ', platform: 'YOUTUBE' })];
    expect([one, two].map((entry) => linkWords(entry, program([one, two])))).toEqual(['Bio, for TikTok', 'Bio, for YouTube']);
  });

  it('says who is paid', () => {
    expect(disclosure('Maya Okafor')).toMatch(/^Maya earns a commission when you buy through these links/);
  });
});
