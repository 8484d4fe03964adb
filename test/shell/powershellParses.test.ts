import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { Language, type Node, Parser } from 'web-tree-sitter';
import { blocks, misspelled, scripts, steps } from './powershellTexts.ts';

/** What tree-sitter accepts although it is wrong. */
const accepted = misspelled.slice(-1);

/** What tree-sitter cannot place in a text. */
function faultsOf(node: Node): string[] {
  if (node.isError || node.isMissing) return [`${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`];
  return node.hasError ? node.children.flatMap((child) => (child === null ? [] : faultsOf(child))) : [];
}

describe('PowerShell texts in tree-sitter', () => {
  const parser = { parse: (_text: string): string[] => [] };

  beforeAll(async () => {
    await Parser.init();
    const grammar = require.resolve('tree-sitter-powershell/package.json').replace('package.json', '');
    const own = new Parser();
    own.setLanguage(await Language.load(join(grammar, 'tree-sitter-powershell.wasm')));
    parser.parse = (text) => {
      const tree = own.parse(text.replaceAll('\r\n', '\n'));
      if (!tree?.rootNode.hasError) return [];
      return ['somewhere', ...faultsOf(tree.rootNode)];
    };
  });

  test('there are scripts, modules, manifests, blocks of pages and steps of pipelines', () => {
    expect(scripts.length).toBeGreaterThan(10);
    expect(blocks.length).toBeGreaterThan(15);
    expect(steps.length).toBeGreaterThan(10);
  });

  // Steps are read by PowerShell only: tree-sitter does not know each of their words, such as `archives/*.zip`.
  test.each([...scripts, ...blocks])('tree-sitter parses $name', ({ text }) => {
    expect(parser.parse(text)).toEqual([]);
  });

  test.each(misspelled.filter((text) => !accepted.includes(text)))(
    'tree-sitter finds the mistake in: %s',
    (text) => {
      expect(parser.parse(text)).not.toEqual([]);
    },
  );
});
