/** The lines of the sign-in page: many that become one, always the same picture. */

/** One line of the drawing, from the left edge into the stream. */
export interface Line {
  d: string;
  stroke: string;
  width: number;
  opacity: number;
}

const LINES = 54;
/** Colours and how often they come, out of twenty. */
const INKS: [string, number, number][] = [
  ['var(--current)', 8, 0.8],
  ['var(--river)', 6, 0.8],
  ['var(--ink)', 4, 0.45],
  ['var(--wheat)', 2, 0.6],
];
const WIDTHS = [1, 1, 1, 1.25, 1.25, 1.5, 2];

// A fixed sequence: the page looks the same at every visit.
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const fixed = (value: number) => Math.round(value * 10) / 10;

/**
 * Lines in a drawing of `width` by `height` that flow into a stream `thick` px
 * high around `middle`, and run to the right edge.
 */
export function streamLines(width: number, height: number, middle: number, thick: number): Line[] {
  const next = sequence(7);
  const start = -80;
  const span = height + 130;
  return Array.from({ length: LINES }, (_, index) => {
    const from = start + (span / (LINES - 1)) * index + (next() - 0.5) * 12;
    const to = middle - thick / 2 + 2 + ((thick - 4) / (LINES - 1)) * index;
    const steep = Math.abs(from - middle) / (height / 2);
    const join = width * (0.58 + 0.11 * Math.min(1, steep) + (next() - 0.5) * 0.05);
    const leave = width * (0.2 + next() * 0.2);
    const arrive = width * (0.28 + next() * 0.14);
    let dice = next() * 20;
    const ink = INKS.find(([, share]) => (dice -= share) < 0) ?? INKS[0];
    return {
      d: `M-20 ${fixed(from)}C${fixed(leave)} ${fixed(from + (next() - 0.5) * 22)} ${fixed(arrive)} ${fixed(to)} ${fixed(join)} ${fixed(to)}H${width}`,
      stroke: ink?.[0] ?? 'var(--river)',
      width: WIDTHS[Math.floor(next() * WIDTHS.length)] ?? 1,
      opacity: ink?.[2] ?? 0.8,
    };
  });
}
