import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Markdown } from './markdown';

describe('a text in Markdown', () => {
  it('becomes headings, lists, emphasis and links', () => {
    render(<Markdown text={'# What we ask\n\nMark **every** post.\n\n- Say *why* you like it\n- See [the guide](https://lumen.example/guide)'} />);
    expect(screen.getByRole('heading', { level: 2, name: 'What we ask' })).toBeTruthy();
    expect(screen.getByText('every').tagName).toBe('STRONG');
    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    expect(screen.getByRole('link', { name: 'the guide' }).getAttribute('href')).toBe('https://lumen.example/guide');
  });

  it('leaves out no level of headings, whichever it begins with', () => {
    render(<Markdown level={3} text={'## Who fits\n\nYou.\n\n### Why\n\nSo.'} />);
    expect(screen.getAllByRole('heading').map((heading) => heading.tagName)).toEqual(['H3', 'H4']);
  });

  it('never becomes HTML or script', () => {
    const { container } = render(<Markdown text={'<img src=x onerror=alert(1)>\n\n[press](javascript:alert(1))'} />);
    expect(container.querySelector('img,a')).toBeNull();
    expect(container.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(container.textContent).toContain('press');
  });
});
