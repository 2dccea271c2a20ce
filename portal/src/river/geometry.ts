/**
 * The geometry of the river of a sale. 100% of the credit is one thickness from
 * touch to payout, and money is written, never drawn to another scale. Pure: it
 * turns shares into paths and places, and knows no words.
 */

/** One touch as the drawing sees it. */
export interface Share {
  creditPpm: number;
  own: boolean;
}

const WHOLE_PPM = 1_000_000;
const round = (value: number) => Math.round(value * 100) / 100;

/* ——— Wide: 928 px ——— */

/** Width of the wide drawing in px. */
export const WIDE_WIDTH = 928;
const ROW_HEIGHT = 60;
const FIRST_ROW_CENTRE = 36;
/** 100% of the credit, px. */
const THICKNESS = 80;
const START_X = 262;
const BEND_X = 420;
const ORDER_X = 578;
const OWN_EXIT_X = 670;
const OWN_END_X = 760;
const OTHER_EXIT_X = 694;
const OTHER_END_X = 868;
const OWN_RISE = 28;
const OTHER_FALL = 86;
/** Distance between hairline threads inside a ribbon, px. */
const THREAD_EVERY = 8;
/** Below this an amount has no room inside its ribbon, px. */
const AMOUNT_NEEDS = 30;
/** A ribbon thinner than this would not be seen, px. */
const THINNEST = 2;

/** A ribbon from one touch, and the threads that run inside it. */
export interface Ribbon {
  index: number;
  own: boolean;
  path: string;
  threads: string[];
  thickness: number;
}

/** Everything that the wide drawing needs. */
export interface WideRiver {
  width: number;
  height: number;
  /** Centre of each touch's row. */
  rows: number[];
  ribbons: Ribbon[];
  /** Rows whose touch did not count. */
  stubs: { index: number; y: number }[];
  order: { x: number; top: number; bottom: number; centre: number; nameTop: number; paidTop: number };
  /** Where the own ribbons leave together; null when nothing is the reader's. */
  own: { top: number; bottom: number; centre: number; labelTop: number; amountInside: boolean } | null;
  other: { top: number; bottom: number; centre: number } | null;
}

const thicknessOf = (ppm: number, whole: number) => Math.max(THINNEST, (ppm / WHOLE_PPM) * whole);

/** Places touches, ribbons, order and exits of the wide drawing. */
export function wideRiver(touches: readonly Share[]): WideRiver {
  const sizes = touches.map((touch) => (touch.creditPpm > 0 ? thicknessOf(touch.creditPpm, THICKNESS) : 0));
  const ownSize = touches.reduce((sum, touch, index) => sum + (touch.own ? (sizes[index] ?? 0) : 0), 0);
  const otherSize = touches.reduce((sum, touch, index) => sum + (touch.own ? 0 : (sizes[index] ?? 0)), 0);
  const stack = ownSize + otherSize;

  // The drawing is as high as its rows, and never lower than what stands around the order needs.
  const rowsHeight = FIRST_ROW_CENTRE * 2 - 4 + Math.max(0, touches.length - 1) * ROW_HEIGHT;
  const above = stack / 2 + (ownSize > 0 ? OWN_RISE + 60 : 66);
  const below = stack / 2 + (otherSize > 0 ? 114 : 62);
  const height = Math.max(rowsHeight, above + below);
  const shift = (height - rowsHeight) / 2;
  const rows = touches.map((_, index) => round(FIRST_ROW_CENTRE + shift + index * ROW_HEIGHT));
  const middle = touches.length > 0 ? ((rows[0] ?? 0) + (rows[rows.length - 1] ?? 0)) / 2 : height / 2;
  const centre = Math.min(Math.max(middle + 10, above), height - below);

  const stackTop = centre - stack / 2;
  let ownY = stackTop;
  let otherY = stackTop + ownSize;
  const ribbons: Ribbon[] = [];
  const stubs: { index: number; y: number }[] = [];
  touches.forEach((touch, index) => {
    const size = sizes[index] ?? 0;
    const y = rows[index] ?? 0;
    if (size === 0) {
      stubs.push({ index, y });
      return;
    }
    const at = touch.own ? ownY : otherY;
    if (touch.own) ownY += size;
    else otherY += size;
    ribbons.push({ index, own: touch.own, thickness: size, path: ribbonPath(y, size, at, touch.own), threads: touch.own ? threadPaths(y, size, at) : [] });
  });

  const ownTop = stackTop - OWN_RISE;
  const otherTop = stackTop + ownSize + OTHER_FALL;
  const barTop = stackTop - 14;
  const barBottom = stackTop + stack + 14;
  return {
    width: WIDE_WIDTH,
    height: round(height),
    rows,
    ribbons,
    stubs,
    order: { x: ORDER_X, top: round(barTop), bottom: round(barBottom), centre: round(centre), nameTop: round(barTop - 48), paidTop: round(otherSize > 0 ? barBottom + 64 : barBottom + 10) },
    own: ownSize > 0 ? { top: round(ownTop), bottom: round(ownTop + ownSize), centre: round(ownTop + ownSize / 2), labelTop: round(ownTop - 56), amountInside: ownSize >= AMOUNT_NEEDS } : null,
    other: otherSize > 0 ? { top: round(otherTop), bottom: round(otherTop + otherSize), centre: round(otherTop + otherSize / 2) } : null,
  };
}

function ribbonPath(y: number, size: number, at: number, own: boolean): string {
  const half = size / 2;
  const [top, bottom] = [y - half, y + half].map(round) as [number, number];
  const [inTop, inBottom] = [at, at + size].map(round) as [number, number];
  const fall = own ? -OWN_RISE : OTHER_FALL;
  const exitX = own ? OWN_EXIT_X : OTHER_EXIT_X;
  const endX = own ? OWN_END_X : OTHER_END_X;
  const [outTop, outBottom] = [at + fall, at + size + fall].map(round) as [number, number];
  const [in1, out1] = [(BEND_X + ORDER_X) / 2, (ORDER_X + exitX) / 2];
  const x = round(START_X + half);
  return (
    `M${x} ${top}H${BEND_X}C${in1} ${top} ${in1} ${inTop} ${ORDER_X} ${inTop}C${out1} ${inTop} ${out1} ${outTop} ${exitX} ${outTop}H${endX}` +
    `V${outBottom}H${exitX}C${out1} ${outBottom} ${out1} ${inBottom} ${ORDER_X} ${inBottom}C${in1} ${inBottom} ${in1} ${bottom} ${BEND_X} ${bottom}H${x}A${round(half)} ${round(half)} 0 0 1 ${x} ${top}z`
  );
}

function threadPaths(y: number, size: number, at: number): string[] {
  const count = Math.floor((size - 1) / THREAD_EVERY);
  const gap = size / (count + 1);
  const [in1, out1] = [(BEND_X + ORDER_X) / 2, (ORDER_X + OWN_EXIT_X) / 2];
  return Array.from({ length: count }, (_, index) => {
    const offset = gap * (index + 1);
    const from = round(y - size / 2 + offset);
    const through = round(at + offset);
    const out = round(at + offset - OWN_RISE);
    return `M276 ${from}H${BEND_X}C${in1} ${from} ${in1} ${through} ${ORDER_X} ${through}C${out1} ${through} ${out1} ${out} ${OWN_EXIT_X} ${out}H${OWN_END_X}`;
  });
}

/* ——— Trunk: the phone ——— */

/** Width of the gutter in which the trunk is drawn, px. */
export const TRUNK_WIDTH = 68;
const TRUNK_THICKNESS = 40;
const TRUNK_LEFT = 8;
const TRUNK_START_X = 66;
const INNER_RADIUS = 8;
/** Rows of the list when nothing has been measured yet: counted, with a reason, order, others, commission, gate. */
const ROW = { counted: 66, stub: 88, order: 67, others: 45, commission: 64, gate: 84, payout: 50 };
const TRUNK_TOP = 16;
/** From the top of a list row to the middle of its first line. */
const LINE_MIDDLE = 10;

/** Tops of the rows of the list, in px from the top of the drawing. */
export interface TrunkTops {
  touches: number[];
  order: number;
  others: number;
  commission: number;
  /** null when nothing goes on from the commission: it was taken back. */
  gate: number | null;
  payout: number;
  height: number;
}

/** The places of the rows before they have been measured. */
export function trunkTops(touches: readonly Share[]): TrunkTops {
  let y = TRUNK_TOP;
  const tops = touches.map((touch) => {
    const top = y;
    y += touch.creditPpm > 0 ? ROW.counted : ROW.stub;
    return top;
  });
  const hasOthers = touches.some((touch) => touch.creditPpm > 0 && !touch.own);
  const order = y + 6;
  const others = order + ROW.order;
  const commission = hasOthers ? others + ROW.others : others;
  const gate = commission + ROW.commission;
  const payout = gate + ROW.gate;
  return { touches: tops, order, others, commission, gate, payout, height: payout + ROW.payout };
}

/** Everything that the trunk needs. */
export interface TrunkRiver {
  width: number;
  height: number;
  ribbons: Ribbon[];
  stubs: { index: number; y: number }[];
  /** The own trunk below the order, down to the gate, or to the commission where nothing goes on from it. */
  own: { left: number; right: number; from: number; to: number; threads: string[] } | null;
  /** From the gate to the payout bar. */
  gate: { y: number; left: number; right: number } | null;
  payout: { y: number } | null;
  otherExit: string | null;
  order: { y: number; left: number; right: number };
}

/** Draws the trunk beside rows that stand at `tops`. Own streams lie at the left, oldest outermost. */
export function trunkRiver(touches: readonly Share[], tops: TrunkTops): TrunkRiver {
  const sizes = touches.map((touch) => (touch.creditPpm > 0 ? thicknessOf(touch.creditPpm, TRUNK_THICKNESS) : 0));
  const ownSize = touches.reduce((sum, touch, index) => sum + (touch.own ? (sizes[index] ?? 0) : 0), 0);
  const otherSize = touches.reduce((sum, touch, index) => sum + (touch.own ? 0 : (sizes[index] ?? 0)), 0);
  const orderY = tops.order + LINE_MIDDLE;
  const gateY = tops.gate === null ? null : tops.gate + LINE_MIDDLE;
  const end = gateY === null ? tops.commission + LINE_MIDDLE : gateY - 4;
  const payoutY = tops.payout + LINE_MIDDLE;
  const left = TRUNK_LEFT;
  let ownX = left;
  let otherX = left + ownSize;
  const ribbons: Ribbon[] = [];
  const stubs: { index: number; y: number }[] = [];
  touches.forEach((touch, index) => {
    const size = sizes[index] ?? 0;
    const y = (tops.touches[index] ?? 0) + LINE_MIDDLE;
    if (size === 0) {
      stubs.push({ index, y });
      return;
    }
    const x = touch.own ? ownX : otherX;
    if (touch.own) ownX += size;
    else otherX += size;
    const top = round(y - size / 2);
    const bottom = round(y + size / 2);
    const outer = round(size + INNER_RADIUS);
    const inner = INNER_RADIUS;
    const [x1, x2] = [round(x), round(x + size)];
    const bend = round(x2 + inner);
    const path = `M${TRUNK_START_X} ${top}H${bend}A${outer} ${outer} 0 0 0 ${x1} ${round(top + outer)}V${orderY}H${x2}V${round(bottom + inner)}A${inner} ${inner} 0 0 1 ${bend} ${bottom}H${TRUNK_START_X}z`;
    const threads: string[] = [];
    if (touch.own) {
      const count = Math.floor((size - 1) / 5);
      for (let n = 1; n <= count; n += 1) {
        const offset = (size / (count + 1)) * n;
        const radius = round(outer - offset);
        threads.push(`M${TRUNK_START_X} ${round(top + offset)}H${bend}A${radius} ${radius} 0 0 0 ${round(x + offset)} ${round(top + outer)}V${end}`);
      }
    }
    ribbons.push({ index, own: touch.own, thickness: size, path, threads });
  });
  const ownRight = round(left + ownSize);
  let otherExit: string | null = null;
  if (otherSize > 0) {
    const middle = tops.others + 9;
    const [x1, x2] = [ownRight, round(ownRight + otherSize)];
    const [top, bottom] = [round(middle - otherSize / 2), round(middle + otherSize / 2)];
    const outer = round(otherSize + INNER_RADIUS);
    const bend = round(x2 + INNER_RADIUS);
    otherExit = `M${x1} ${orderY}V${round(bottom - outer)}A${outer} ${outer} 0 0 0 ${bend} ${bottom}H${TRUNK_START_X}V${top}H${bend}A${INNER_RADIUS} ${INNER_RADIUS} 0 0 1 ${x2} ${round(top - INNER_RADIUS)}V${orderY}z`;
  }
  return {
    width: TRUNK_WIDTH,
    height: round(tops.height),
    ribbons,
    stubs,
    own: ownSize > 0 ? { left, right: ownRight, from: orderY, to: end, threads: [] } : null,
    gate: ownSize > 0 && gateY !== null ? { y: gateY, left: left - 4, right: ownRight + 4 } : null,
    payout: ownSize > 0 ? { y: payoutY } : null,
    otherExit,
    order: { y: orderY, left: 2, right: round(left + Math.max(ownSize + otherSize, TRUNK_THICKNESS) + 6) },
  };
}
