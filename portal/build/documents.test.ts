import { parse, type FragmentDefinitionNode } from 'graphql';
import { describe, expect, it } from 'vitest';
import { compile } from './documents';

const fragments = new Map(
  parse('fragment A on Order { id ...B } fragment B on Order { total } fragment C on Order { placedAt }').definitions.map((definition) => {
    const fragment = definition as FragmentDefinitionNode;
    return [fragment.name.value, fragment] as const;
  }),
);

describe('a document', () => {
  it('carries the fragments that it names, directly and through others, once', () => {
    expect(compile('query Q { order { ...A ...B } }', fragments, 'here')).toBe(
      'query Q{order{...A ...B}}fragment A on Order{id ...B}fragment B on Order{total}',
    );
  });

  it('is refused when a fragment does not exist, with the file that names it', () => {
    expect(() => compile('query Q { order { ...Gone } }', fragments, 'sales_page.tsx')).toThrow('sales_page.tsx: no fragment named Gone');
  });
});
