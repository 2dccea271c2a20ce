import { render, screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it } from 'vitest';
import { river } from '@/dev/samples';
import { setReader } from '@/lib/format';
import { foldTouches, MAX_ROWS } from './model';
import { SaleRiver } from './sale_river';

beforeEach(() => setReader('en-GB', 'Europe/Berlin'));

describe('the river of a sale', () => {
  it('says everything in an ordered list, and hides the drawing from screen readers', () => {
    const { container } = render(<SaleRiver data={river} />);
    for (const list of screen.getAllByRole('list', { name: 'The way to this order' })) {
      expect(list.tagName).toBe('OL');
      const words = list.textContent ?? '';
      for (const said of ['Your Instagram story link', '40%', 'Not counted. 36 days before the order.', '€136.10 paid', '60% of the credit', '€8.98', 'on hold until 14 December', 'Payout on 1 January 2027', '40% went to another creator']) {
        expect(words.toLowerCase()).toContain(said.toLowerCase());
      }
    }
    for (const drawing of container.querySelectorAll('.rv > svg, .rvp > svg')) expect(drawing.getAttribute('aria-hidden')).toBe('true');
  });

  it('says that several other creators share the credit', () => {
    render(<SaleRiver data={{ ...river, others: 2 }} />);
    for (const list of screen.getAllByRole('list', { name: 'The way to this order' })) expect(list.textContent).toContain('40% went to other creators');
  });

  it('says when it is paid and what was taken back', () => {
    render(
      <SaleRiver
        data={{ ...river, commission: { amount: { amount: '5.17', currencyCode: 'EUR' }, creditPpm: 600_000, takenBack: { amount: '3.81', currencyCode: 'EUR' } }, gate: { until: null, state: 'OPEN' }, payout: { at: '2026-12-01', state: 'PAID' } }}
      />,
    );
    const [list] = screen.getAllByRole('list', { name: 'The way to this order' });
    expect(list?.textContent).toContain('€3.81 taken back');
    expect(list?.textContent).toContain('Paid on 1 December');
    expect(list?.textContent).not.toContain('not paid yet');
  });

  it('has no commission where nothing is the reader’s', () => {
    render(<SaleRiver data={{ ...river, touches: river.touches.map((touch) => ({ ...touch, own: false })), commission: null, gate: null, payout: null }} />);
    const [list] = screen.getAllByRole('list', { name: 'The way to this order' });
    expect(within(list as HTMLElement).queryByText('Your commission')).toBeNull();
  });
});

describe('many touches', () => {
  it('are folded: those that counted stay, the latest others too, in their order', () => {
    const base = river.touches[0];
    if (!base) throw new Error('no sample');
    const many = Array.from({ length: 40 }, (_, index) => ({ ...base, label: String(index), creditPpm: index === 3 ? 1_000_000 : 0 }));
    const { touches, left } = foldTouches(many);
    expect(touches).toHaveLength(MAX_ROWS);
    expect(touches[0]?.label).toBe('3');
    expect(touches[touches.length - 1]?.label).toBe('39');
    expect(left).toBe(40 - MAX_ROWS);
  });
});
