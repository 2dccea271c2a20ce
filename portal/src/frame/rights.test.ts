import { describe, expect, it } from 'vitest';
import { allows } from './rights';

describe('rights', () => {
  it('let finance send and the owner only approve', () => {
    expect(allows(['FINANCE'], 'sendPayouts')).toBe(true);
    expect(allows(['OWNER'], 'sendPayouts')).toBe(false);
    expect(allows(['OWNER'], 'approvePayouts')).toBe(true);
  });

  it('let a manager open a hold and not decide it', () => {
    expect(allows(['MANAGER'], 'openHold')).toBe(true);
    expect(allows(['MANAGER'], 'decideHold')).toBe(false);
    expect(allows(['MANAGER', 'FINANCE'], 'decideHold')).toBe(true);
  });

  it('let a manager propose what finance confirms of a sale that can be paid', () => {
    expect(allows(['MANAGER'], 'reassignPaidSale')).toBe(false);
    expect(allows(['MANAGER'], 'confirmSale')).toBe(false);
    expect(allows(['FINANCE'], 'reassignSale')).toBe(false);
    expect(allows(['FINANCE'], 'confirmSale')).toBe(true);
  });

  it('let an analyst change nothing', () => {
    expect(allows(['ANALYST'], 'writePrograms')).toBe(false);
    expect(allows(['ANALYST'], 'readHolds')).toBe(false);
  });
});
