import { describe, expect, it } from 'vitest';
import { trunkRiver, trunkTops, wideRiver, type Share } from './geometry';

const own = (percent: number): Share => ({ creditPpm: percent * 10_000, own: true });
const other = (percent: number): Share => ({ creditPpm: percent * 10_000, own: false });
const none: Share = { creditPpm: 0, own: true };
/** The sale that was drawn: 40% and 20% own, 40% another creator's, three that did not count. */
const drawn = [none, own(40), own(20), none, other(40), none];

describe('the wide river', () => {
  it('stands as it was drawn', () => {
    const river = wideRiver(drawn);
    expect(river.height).toBe(368);
    expect(river.rows).toEqual([36, 96, 156, 216, 276, 336]);
    expect(river.ribbons[0]?.path).toBe(
      'M278 80H420C499 80 499 156 578 156C624 156 624 128 670 128H760V160H670C624 160 624 188 578 188C499 188 499 112 420 112H278A16 16 0 0 1 278 80z',
    );
    expect(river.ribbons[2]?.path).toBe(
      'M278 260H420C499 260 499 204 578 204C636 204 636 290 694 290H868V322H694C636 322 636 236 578 236C499 236 499 292 420 292H278A16 16 0 0 1 278 260z',
    );
    expect(river.order).toMatchObject({ top: 142, bottom: 250, nameTop: 94, paidTop: 314 });
    expect(river.own).toMatchObject({ top: 128, bottom: 176, labelTop: 72, amountInside: true });
    expect(river.stubs.map((stub) => stub.y)).toEqual([36, 216, 336]);
  });

  it('keeps one thickness unit: the shares at the order add up to 80 px', () => {
    const river = wideRiver([own(33), own(33), other(34)]);
    expect(river.ribbons.reduce((sum, ribbon) => sum + ribbon.thickness, 0)).toBeCloseTo(80);
  });

  it('lays own streams over others at the order whatever their times', () => {
    const river = wideRiver([other(50), own(50)]);
    expect(river.own?.bottom).toBeLessThan(river.other?.top ?? 0);
    expect(river.ribbons.find((ribbon) => ribbon.own)?.path).toContain(`578 ${river.order.centre - 40}`);
  });

  it('has room for its labels however few touches there are', () => {
    for (const touches of [[own(100)], [other(100)], [own(50), other(50)], [none], []]) {
      const river = wideRiver(touches);
      expect(river.order.nameTop).toBeGreaterThanOrEqual(0);
      if (river.own) expect(river.own.labelTop).toBeGreaterThanOrEqual(0);
      expect(river.order.paidTop + 36).toBeLessThanOrEqual(river.height);
      for (const y of river.rows) expect(y + 24).toBeLessThanOrEqual(river.height);
    }
  });

  it('draws a small share thick enough to be seen and writes its amount outside', () => {
    const river = wideRiver([own(1), other(99)]);
    expect(river.ribbons[0]?.thickness).toBe(2);
    expect(river.own?.amountInside).toBe(false);
  });

  it('says when nothing is the reader’s', () => {
    expect(wideRiver([other(100)]).own).toBeNull();
    expect(wideRiver([none, none]).ribbons).toEqual([]);
  });
});

describe('the trunk', () => {
  it('stands as it was drawn', () => {
    const tops = trunkTops(drawn);
    expect(tops.touches).toEqual([16, 104, 170, 236, 324, 390]);
    expect(tops).toMatchObject({ order: 484, others: 551, commission: 596, gate: 660, payout: 744, height: 794 });
    const trunk = trunkRiver(drawn, tops);
    expect(trunk.ribbons[0]?.path).toBe('M66 106H32A24 24 0 0 0 8 130V494H24V130A8 8 0 0 1 32 122H66z');
    expect(trunk.ribbons[1]?.path).toBe('M66 176H40A16 16 0 0 0 24 192V494H32V192A8 8 0 0 1 40 184H66z');
    expect(trunk.own).toMatchObject({ left: 8, right: 32, from: 494, to: 666 });
    expect(trunk.order).toEqual({ y: 494, left: 2, right: 54 });
    expect(trunk.otherExit).toBe('M32 494V544A24 24 0 0 0 56 568H66V552H56A8 8 0 0 1 48 544V494z');
  });

  it('follows rows that grew with their words', () => {
    const tops = trunkTops(drawn);
    const grown = { ...tops, touches: tops.touches.map((top, index) => top + index * 16), order: 600, gate: 800, payout: 900, height: 950 };
    const trunk = trunkRiver(drawn, grown);
    expect(trunk.ribbons[0]?.path).toContain('V610H24');
    expect(trunk.gate?.y).toBe(810);
  });

  it('ends at the commission where nothing goes on from it', () => {
    const trunk = trunkRiver(drawn, { ...trunkTops(drawn), gate: null, payout: 0 });
    expect(trunk.own).toMatchObject({ from: 494, to: 606 });
    expect(trunk.gate).toBeNull();
    expect(trunk.ribbons[0]?.threads.every((thread) => thread.endsWith('V606'))).toBe(true);
  });

  it('stays inside its gutter', () => {
    const trunk = trunkRiver([own(50), other(50)], trunkTops([own(50), other(50)]));
    for (const ribbon of trunk.ribbons) {
      for (const match of ribbon.path.matchAll(/H([\d.]+)/g)) expect(Number(match[1])).toBeLessThanOrEqual(68);
    }
  });
});
