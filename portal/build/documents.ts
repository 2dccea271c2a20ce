import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, print, stripIgnoredCharacters, visit, type FragmentDefinitionNode } from 'graphql';
import type { Plugin } from 'vite';

const CALL = /\bgraphql\(\s*(?:\/\*\s*GraphQL\s*\*\/\s*)?`([^`]*)`\s*,?\s*\)/g;

/**
 * Replaces each graphql(`…`) call by the text of its document with the
 * fragments that it names. The generated map of all documents is then used by
 * the type checker only, and every page carries no more than its own documents.
 */
export function documents(sourceDir: string): Plugin {
  let fragments = new Map<string, FragmentDefinitionNode>();
  return {
    name: 'tributary-documents',
    enforce: 'pre',
    buildStart() {
      fragments = readFragments(sourceDir);
    },
    transform(code, id) {
      if (!id.startsWith(sourceDir) || !/\.tsx?(\?|$)/.test(id) || id.includes('/src/gql/') || !code.includes('graphql(')) return null;
      const replaced = () => code.replace(CALL, (_call, source: string) => JSON.stringify(compile(source, fragments, id)));
      let out: string;
      try {
        out = replaced();
      } catch {
        // While the development server runs, fragments come and change.
        fragments = readFragments(sourceDir);
        out = replaced();
      }
      return out === code ? null : { code: out, map: null };
    },
  };
}

function readFragments(dir: string): Map<string, FragmentDefinitionNode> {
  const found = new Map<string, FragmentDefinitionNode>();
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
    const file = join(entry.parentPath, entry.name);
    if (file.includes('/src/gql/')) continue;
    for (const match of readFileSync(file, 'utf8').matchAll(CALL)) {
      for (const definition of parse(match[1] ?? '').definitions) {
        if (definition.kind === 'FragmentDefinition') found.set(definition.name.value, definition);
      }
    }
  }
  return found;
}

/** Adds the fragments that a document names, directly or through another one. */
export function compile(source: string, fragments: Map<string, FragmentDefinitionNode>, where: string): string {
  const definitions = [...parse(source).definitions];
  const present = new Set(definitions.map((d) => (d.kind === 'FragmentDefinition' ? d.name.value : '')));
  for (const definition of definitions) {
    visit(definition, {
      FragmentSpread(spread) {
        const name = spread.name.value;
        if (present.has(name)) return;
        const fragment = fragments.get(name);
        if (!fragment) throw new Error(`${where}: no fragment named ${name}`);
        present.add(name);
        definitions.push(fragment);
      },
    });
  }
  return stripIgnoredCharacters(definitions.map((d) => print(d)).join('\n'));
}
