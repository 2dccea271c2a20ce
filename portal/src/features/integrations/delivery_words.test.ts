import { describe, expect, it } from 'vitest';
import { deliverySaid, topicWords } from './delivery_words';

describe('the words of a delivery', () => {
  const told = { topic: 'refunds/create', status: 'WAITING' as const, outcome: 'The order that this belongs to is not known yet.', waitsTooLong: false };

  it('says that a refund waits for its order, and what to do when it waits too long', () => {
    expect(deliverySaid(told)).toEqual({ tone: 'wait', words: 'Waits for its order', detail: 'A refund that came before its order. It is handled when the order comes.' });
    const late = deliverySaid({ ...told, waitsTooLong: true });
    expect(late.tone).toBe('bad');
    expect(late.detail).toContain('Import the order');
    expect(deliverySaid({ ...told, topic: 'charge.dispute.created' }).detail).toMatch(/^A chargeback that/);
    expect(deliverySaid({ ...told, topic: 'json' }).detail).toMatch(/^A refund or a chargeback that/);
  });

  it('gives the reason that the server keeps where there is one', () => {
    expect(deliverySaid({ ...told, status: 'FAILED', outcome: 'The body cannot be read.' }).detail).toBe('The body cannot be read.');
    expect(deliverySaid({ ...told, status: 'DONE', outcome: '' }).detail).toBeUndefined();
  });

  it('keeps a word of the sender that it does not know', () => {
    expect(topicWords('orders/paid')).toBe('A payment');
    expect(topicWords('carts/update')).toBe('Other news: carts/update');
    expect(topicWords('')).toBe('Other news');
  });
});
