import { beforeAll, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { boughtWords, countedWords, shortReason, stateWords, whyItCounted, type WordedTouch } from './sale_words';

beforeAll(() => setReader('en-GB', 'UTC'));

const touch = (over: Partial<WordedTouch>): WordedTouch => ({ kind: 'CLICK', at: '2026-11-05T21:03:00Z', own: true, label: 'Your TikTok link', reason: null, sentence: 'This link click counted.', creditPpm: 0, ...over });
const all = [{ own: true, ppm: 1_000_000 }];
const commission = { status: 'PENDING' as const, waitingReason: null, sentence: 'On hold until 14 December (return period)', holdUntil: '2026-12-14T00:00:00Z', paidAt: null };

describe('why a sale came to its creator', () => {
  it('names the only touch', () => {
    expect(whyItCounted([touch({ creditPpm: 1_000_000 })], all)).toBe('Your TikTok link was the only touch before the order.');
  });

  it('says that codes come before links', () => {
    const touches = [touch({ reason: 'LOST_TO_PRECEDENCE' }), touch({ kind: 'CODE', label: 'Code MAYA15', creditPpm: 1_000_000 })];
    expect(whyItCounted(touches, all)).toBe('Your code MAYA15 was used, and codes come before links in this program.');
  });

  it('says which parts are whose when the credit is shared', () => {
    const touches = [touch({ creditPpm: 400_000 }), touch({ creditPpm: 200_000 }), touch({ own: false, label: 'Another creator’s link', creditPpm: 400_000 })];
    expect(whyItCounted(touches, [{ own: true, ppm: 600_000 }, { own: false, ppm: 400_000 }])).toBe('Credit is shared: your two touches 60%, another creator’s touch 40%.');
  });

  it('says whether one or several other creators share it', () => {
    const touches = [touch({ creditPpm: 400_000 }), touch({ own: false, creditPpm: 200_000 }), touch({ own: false, creditPpm: 400_000 })];
    expect(whyItCounted(touches, [{ own: true, ppm: 400_000 }, { own: false, ppm: 600_000 }])).toBe('Credit is shared: your TikTok link 40%, 2 touches of another creator 60%.');
    expect(whyItCounted(touches, [{ own: true, ppm: 400_000 }, { own: false, ppm: 200_000 }, { own: false, ppm: 400_000 }])).toBe('Credit is shared: your TikTok link 40%, 2 touches of other creators 60%.');
  });

  it('says the reason of the last own touch where none counted', () => {
    expect(whyItCounted([touch({ reason: 'BOT', sentence: 'This click was made by a program.' }), touch({ own: false, creditPpm: 1_000_000 })], [{ own: false, ppm: 1_000_000 }])).toBe('This click was made by a program.');
  });

  it('does not claim that an ineligible touch came earlier', () => {
    expect(whyItCounted([touch({ reason: 'OUTSIDE_WINDOW' }), touch({ creditPpm: 1_000_000 })], all)).toBe('Your TikTok link was the only touch that counts.');
  });
});

describe('the reason beside a stub', () => {
  const order = { placedAt: '2026-11-14T19:42:00Z', windowDays: 30, brand: 'Lumen Skin', winner: 'CODE' as const };

  it('counts the days and says the window', () => {
    const words = shortReason(touch({ at: '2026-10-09T18:22:00Z', reason: 'OUTSIDE_WINDOW' }), order);
    expect(words).toBe('37 days before the order. Links count for 30 days here.');
  });

  it('says what came before it', () => {
    expect(shortReason(touch({ kind: 'SURVEY', reason: 'LOST_TO_PRECEDENCE' }), order)).toBe('Codes come before survey answers at Lumen Skin.');
    expect(shortReason(touch({ reason: 'LOST_TO_PRECEDENCE' }), { ...order, winner: null })).toBe('Something stronger than links was found.');
  });
});

describe('the state of a commission', () => {
  it('is a date where there is one', () => {
    expect(stateWords(commission)).toBe('On hold until 14 December');
    expect(stateWords({ ...commission, status: 'PAID', paidAt: '2026-12-01T09:00:00Z' })).toBe('Paid on 1 December');
    expect(stateWords({ ...commission, status: 'WAITING', waitingReason: 'NOT_PAID_YET' })).toBe('Not counted yet: the customer has not paid');
  });
});

describe('a sale in a list', () => {
  it('is named by its goods, not by its shipping', () => {
    const line = (name: string, quantity = 1, kind = 'PRODUCT') => ({ name, quantity, kind });
    expect(boughtWords([line('Barrier Cream'), line('Shipping', 1, 'SHIPPING')])).toBe('Barrier Cream');
    expect(boughtWords(['A', 'B', 'C', 'D'].map((name) => line(name)))).toBe('A, B, 2 more');
    expect(boughtWords([line('House Blend, 1 kg'), line('Dripper', 2), line('House Blend, 1 kg')])).toBe('House Blend, 1 kg × 2; Dripper × 2');
  });

  it('says how many touches counted', () => {
    expect(countedWords([{ creditPpm: 1 }, { creditPpm: 0 }, { creditPpm: 0 }])).toBe('1 touch counted, 2 did not.');
    expect(countedWords([{ creditPpm: 0 }])).toBe('No touch counted: one was found.');
  });
});
