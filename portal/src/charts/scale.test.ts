import { describe, expect, it } from 'vitest';
import { axisPlaces, band, curve, niceTicks, spread, stack, verticalScale } from './scale';

describe('the axis', () => {
  it('takes round values and always zero', () => {
    expect(niceTicks(0, 5650)).toEqual([0, 2000, 4000, 6000]);
    expect(niceTicks(0, 80)).toEqual([0, 50, 100]);
    expect(niceTicks(3, 9)[0]).toBe(0);
    expect(niceTicks(0, 0)).toEqual([0, 1]);
    expect(niceTicks(-40, 100)).toContain(0);
    expect(niceTicks(-40, 100)[0]).toBeLessThanOrEqual(-40);
  });

  it('covers any data with three to six lines', () => {
    for (const max of [0.07, 1, 3, 7, 12, 19, 33, 99, 101, 1234, 98_765, 4_200_000]) {
      const ticks = niceTicks(0, max);
      expect(ticks.length).toBeGreaterThanOrEqual(3);
      expect(ticks.length).toBeLessThanOrEqual(6);
      expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(max);
    }
  });

  it('has no halves where there are none', () => {
    expect(niceTicks(0, 7, 3)).toEqual([0, 2.5, 5, 7.5]);
    expect(niceTicks(0, 7, 3, true)).toEqual([0, 3, 6, 9]);
    expect(niceTicks(0, 1, 4, true)).toEqual([0, 1]);
    expect(niceTicks(0, 5650, 4, true)).toEqual([0, 2000, 4000, 6000]);
  });

  it('maps values upward', () => {
    const y = verticalScale([0, 50, 100], 30, 154);
    expect(y(0)).toBe(154);
    expect(y(100)).toBe(30);
    expect(y(50)).toBe(92);
  });

  it('puts words at the first, the last and even steps between', () => {
    expect(axisPlaces(22, 734, 116)).toEqual([0, 7, 14, 21]);
    expect(axisPlaces(22, 256, 100)).toEqual([0, 11, 21]);
    expect(axisPlaces(30, 571, 116)).toEqual([0, 7, 15, 22, 29]);
    expect(axisPlaces(30, 280, 100)).toEqual([0, 15, 29]);
    expect(axisPlaces(2, 60, 100)).toEqual([0, 1]);
    expect(axisPlaces(1, 280, 100)).toEqual([0]);
    expect(axisPlaces(0, 280, 100)).toEqual([]);
  });
});

describe('curves', () => {
  it('go through every point and never beyond their neighbours', () => {
    const path = curve([[0, 10], [10, 0], [20, 0], [30, 20]]);
    expect(path).toContain('10 0');
    const ys = [...path.matchAll(/[\d.-]+ ([\d.-]+)/g)].map((match) => Number(match[1]));
    expect(Math.min(...ys)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...ys)).toBeLessThanOrEqual(20);
  });

  it('close to a band', () => {
    expect(band([[0, 0], [10, 0]], [[0, 5], [10, 5]])).toMatch(/^M0 0C.*L10 5C.*0 5Z$/);
  });

  it('draw one point and none without failing', () => {
    expect(curve([[4, 5]])).toBe('M4 5');
    expect(curve([])).toBe('');
  });
});

describe('stacks and labels', () => {
  it('lay each series on those below it', () => {
    expect(stack([[1, 2], [3, 4]])).toEqual([[[0, 1], [0, 2]], [[1, 4], [2, 6]]]);
  });

  it('keep labels apart, in their order and inside', () => {
    const places = spread([100, 102, 104, 278, 279], 24, 10, 280);
    for (let i = 1; i < places.length; i += 1) expect((places[i] ?? 0) - (places[i - 1] ?? 0)).toBeGreaterThanOrEqual(24);
    expect(Math.max(...places)).toBeLessThanOrEqual(280);
  });
});
