import { beforeEach, describe, expect, it } from 'vitest';
import { setReader } from '@/lib/format';
import { listOf } from './add_prospect';
import { chosenCards, dueWords, medianWords, type Card } from './board_cards';
import { needsReason, neighbour } from './stages';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

const card = (name: string, changes: Partial<Card> = {}): Card => ({ __typename: 'Prospect', id: name, name, platform: 'YOUTUBE', handle: name, followers: 100, stage: 'REPLIED', stageSince: '2026-11-20T10:00:00Z', nextStep: null, dueAt: null, fitScore: 50, allowedMoves: [], owner: null, ...changes });

describe('moves', () => {
  it('ask for a reason to decline and to step back', () => {
    expect(needsReason('REPLIED', 'DECLINED')).toBe(true);
    expect(needsReason('NEGOTIATING', 'CONTACTED')).toBe(true);
    expect(needsReason('CONTACTED', 'REPLIED')).toBe(false);
    expect(needsReason('CONTACTED', 'UNRESPONSIVE')).toBe(false);
  });

  it('go by keys only where they are allowed', () => {
    expect(neighbour('CONTACTED', ['NEGOTIATING', 'UNRESPONSIVE'], 1)).toBe('NEGOTIATING');
    expect(neighbour('CONTACTED', ['REPLIED'], -1)).toBeNull();
    expect(neighbour('AGREED', ['REPLIED', 'CONTACTED'], -1)).toBe('REPLIED');
  });
});

describe('the cards of a column', () => {
  it('are sorted by fit, by date with the dateless last, or by who waits longest', () => {
    const cards = [card('a', { fitScore: 60, dueAt: '2026-11-30T12:00:00Z' }), card('b', { fitScore: 90 }), card('c', { fitScore: 70, dueAt: '2026-11-24T12:00:00Z', stageSince: '2026-11-01T10:00:00Z' })];
    const names = (order: 'fit' | 'due' | 'wait') => chosenCards(cards, { owner: '', platform: '', order }).map((entry) => entry.id);
    expect(names('fit')).toEqual(['b', 'c', 'a']);
    expect(names('due')).toEqual(['c', 'a', 'b']);
    expect(names('wait')[0]).toBe('c');
  });

  it('are chosen by owner, nobody among them, and platform', () => {
    const cards = [card('a', { owner: { __typename: 'User', id: 'usr_1', name: 'Ines' } }), card('b', { platform: 'TIKTOK' })];
    expect(chosenCards(cards, { owner: 'usr_1', platform: '', order: 'fit' }).map((entry) => entry.id)).toEqual(['a']);
    expect(chosenCards(cards, { owner: 'none', platform: '', order: 'fit' }).map((entry) => entry.id)).toEqual(['b']);
    expect(chosenCards(cards, { owner: '', platform: 'TIKTOK', order: 'fit' }).map((entry) => entry.id)).toEqual(['b']);
  });
});

describe('words of the board', () => {
  const now = new Date('2026-11-23T13:00:00Z');

  it('say when a step is due', () => {
    expect(dueWords('2026-11-23T08:00:00Z', now)).toEqual({ words: 'Today', late: false });
    expect(dueWords('2026-11-21T12:00:00Z', now)).toEqual({ words: '2 days late', late: true });
    expect(dueWords('2026-11-24T12:00:00Z', now)).toEqual({ words: 'Tomorrow', late: false });
    expect(dueWords('2026-12-01T12:00:00Z', now)).toEqual({ words: '1 Dec', late: false });
    expect(dueWords(null, now)).toBeNull();
  });

  it('say how long people stay', () => {
    expect(medianWords(4.2, 'CONTACTED')).toBe('Half move on in 4 days');
    expect(medianWords(0.4, 'CONTACTED')).toBe('Half move on within a day');
    expect(medianWords(null, 'CONTACTED')).toBe('Nobody moved on yet');
  });

  it('read lists that are typed with commas', () => {
    expect(listOf(' skincare, slow fashion ,,skincare')).toEqual(['skincare', 'slow fashion']);
  });
});
