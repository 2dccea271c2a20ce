import type { Plugin } from 'vite';

const FONT_FACE = /@font-face\s*\{[^}]*\}\s*/g;

/**
 * Leaves the query editor's own fonts out: its style sheet carries 360 kB of
 * them as data, and the page is written in ours.
 */
export function withoutFonts(): Plugin {
  return {
    name: 'tributary-without-fonts',
    enforce: 'pre',
    transform(code, id) {
      if (!/\/node_modules\/graphiql\/dist\/style\.css(\?|$)/.test(id)) return null;
      return { code: code.replace(FONT_FACE, ''), map: null };
    },
  };
}
