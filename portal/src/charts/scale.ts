/** Scales, curves and label places of the charts. Pure. */

/** A linear map from values to pixels. */
export interface Scale {
  (value: number): number;
  ticks: number[];
  min: number;
  max: number;
}

const STEPS = [1, 2, 2.5, 5, 10];

/** Round values from zero (always included) that cover the data with three to five lines; of whole numbers only where there are no halves. */
export function niceTicks(low: number, high: number, lines = 4, whole = false): number[] {
  const min = Math.min(0, Number.isFinite(low) ? low : 0);
  const max = Math.max(0, Number.isFinite(high) ? high : 0);
  if (min === 0 && max === 0) return [0, 1];
  const rough = (max - min) / Math.max(1, lines - 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  let step = (STEPS.find((candidate) => candidate * power >= rough * 0.999) ?? 10) * power;
  if ((max - min) / step < 1.6) step /= 2;
  if (whole) step = Math.max(1, Math.ceil(step));
  const first = Math.floor(min / step + 1e-9);
  const last = Math.ceil(max / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** Maps the ticks' span onto top..bottom in px (values grow upward). */
export function verticalScale(ticks: number[], top: number, bottom: number): Scale {
  const min = ticks[0] ?? 0;
  const max = ticks[ticks.length - 1] ?? 1;
  const span = max - min || 1;
  const map = (value: number) => bottom - ((value - min) / span) * (bottom - top);
  return Object.assign(map, { ticks, min, max });
}

/** One corner of a curve. */
export type Spot = readonly [x: number, y: number];

const fixed = (value: number) => Math.round(value * 10) / 10;

/**
 * A smooth curve through all spots that never rises above or falls below its
 * neighbours (monotone cubic), so that no value is drawn that was not there.
 */
export function curve(spots: readonly Spot[]): string {
  const count = spots.length;
  const first = spots[0];
  if (!first) return '';
  if (count === 1) return `M${fixed(first[0])} ${fixed(first[1])}`;
  const slopes: number[] = [];
  for (let i = 0; i < count - 1; i += 1) {
    const [x1, y1] = spots[i] as Spot;
    const [x2, y2] = spots[i + 1] as Spot;
    slopes.push((y2 - y1) / (x2 - x1 || 1));
  }
  const tangents = spots.map((_, i) => {
    if (i === 0) return slopes[0] ?? 0;
    if (i === count - 1) return slopes[count - 2] ?? 0;
    const [before, after] = [slopes[i - 1] ?? 0, slopes[i] ?? 0];
    if (before * after <= 0) return 0;
    return Math.sign(before) * Math.min((Math.abs(before) + Math.abs(after)) / 2, 3 * Math.min(Math.abs(before), Math.abs(after)));
  });
  let path = `M${fixed(first[0])} ${fixed(first[1])}`;
  for (let i = 0; i < count - 1; i += 1) {
    const [x1, y1] = spots[i] as Spot;
    const [x2, y2] = spots[i + 1] as Spot;
    const third = (x2 - x1) / 3;
    path += `C${fixed(x1 + third)} ${fixed(y1 + (tangents[i] ?? 0) * third)} ${fixed(x2 - third)} ${fixed(y2 - (tangents[i + 1] ?? 0) * third)} ${fixed(x2)} ${fixed(y2)}`;
  }
  return path;
}

/** The area between two curves. */
export function band(upper: readonly Spot[], lower: readonly Spot[]): string {
  const back = curve([...lower].reverse());
  return `${curve(upper)}L${back.slice(1)}Z`;
}

/** Sizes of the series laid on each other: [lower, upper] for each point, first series at the bottom. */
export function stack(series: readonly (readonly number[])[]): [number, number][][] {
  const floor: number[] = [];
  return series.map((sizes) =>
    sizes.map((size, index) => {
      const low = floor[index] ?? 0;
      const high = low + Math.max(0, size);
      floor[index] = high;
      return [low, high] as [number, number];
    }),
  );
}

/** Moves labels apart until they stand `gap` px from each other, in their order, inside top..bottom. */
export function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const places = wanted.map((y) => Math.min(Math.max(y, top), bottom));
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  for (let i = 1; i < order.length; i += 1) {
    const [above, here] = [order[i - 1] as number, order[i] as number];
    places[here] = Math.max(places[here] ?? 0, (places[above] ?? 0) + gap);
  }
  // What was pushed out at the foot pushes back upward.
  let limit = bottom;
  for (let i = order.length - 1; i >= 0; i -= 1) {
    const here = order[i] as number;
    places[here] = Math.min(places[here] ?? 0, limit);
    limit = (places[here] ?? 0) - gap;
  }
  return places;
}

/** Which points get a word on the axis: the first, the last, and even steps between with `room` px each. */
export function axisPlaces(count: number, width: number, room: number): number[] {
  const steps = count - 1;
  if (steps < 1) return count === 1 ? [0] : [];
  const perPoint = width / steps;
  // Weeks read better than tens where the points are days.
  const even = [1, 7, 14, 28, 2, 3, 5].find((step) => steps % step === 0 && perPoint * step >= room && perPoint * step < room * 3);
  const parts = even ? steps / even : Math.max(1, Math.min(steps, Math.floor(width / room)));
  return Array.from({ length: parts + 1 }, (_, part) => Math.round((part * steps) / parts));
}
