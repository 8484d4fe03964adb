import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { everyPage, root } from './readme/document.ts';

/** Files that are generated for a release, so they are not in the repository. */
const made = ['NOTES.md'];

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Only comments, because a string may name a file that a test creates. */
const comments: readonly Text[] = ['src', 'test', 'scripts'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.m?[jt]s$/.test(name))
    .map((name) => `${folder}/${name}`)
    .filter((name) => name !== 'test/cited.test.ts')
    .map((name) => ({ name, text: commentsOf(readFileSync(join(root, name), 'utf8')) })),
);
const texts: readonly Text[] = [...everyPage, ...comments];

test('no page and no comment cites a document that is not in the repository', () => {
  expect(texts.flatMap(missingIn)).toEqual([]);
});

test('the check finds a missing document and accepts an existing one', () => {
  const text = 'as docs/metrics.md, metrics.md and CHANGELOG.md say, but METRICS.md, docs/none.md';
  expect(missingIn({ name: 'src/some.ts', text })).toEqual([
    'src/some.ts: METRICS.md',
    'src/some.ts: docs/none.md',
  ]);
  expect(commentsOf("const a = 'A.md'; // B.md\n/** C.md\n * D.md */\ncode('E.md');")).toBe(
    '// B.md\n/** C.md\n * D.md */',
  );
});

test('nothing cites the requests that the first version was built from', () => {
  const cited = texts.flatMap(({ name, text }) =>
    text
      .split('\n')
      .filter((line) => /\b00\d L\d|\bseeds\b/i.test(line))
      .map((line) => `${name}: ${line}`),
  );
  expect(cited).toEqual([]);
});

test('the architecture page names only source files and folders that exist', () => {
  const page = everyPage.find(({ name }) => name === 'docs/architecture.md')?.text ?? '';
  const named = [...page.matchAll(/`([\w-]+(?:\/[\w.-]*)+|\w+\.ts)`/g)].map(([, path = '']) => path);
  expect(named.length).toBeGreaterThan(40);
  expect(named.filter((path) => !['', 'src'].some((folder) => existsSync(join(root, folder, path))))).toEqual(
    [],
  );
});

/** Documents named in a text that are neither in the root, nor in docs/, nor in the folder of that text. */
function missingIn({ name, text }: Text): string[] {
  const own = text.replace(/https?:\/\/\S+/g, ''); // Links have tests of their own.
  return (own.match(/(?<![\w<>$*{}])[\w./-]*\w\.md\b/g) ?? [])
    .filter((cited) => !made.includes(cited))
    .filter((cited) => !['', 'docs', dirname(name)].some((folder) => existsSync(join(root, folder, cited))))
    .map((cited) => `${name}: ${cited}`);
}

function commentsOf(code: string): string {
  return (code.match(/\/\*[\s\S]*?\*\/|(?<![:'"`\\])\/\/ .*/g) ?? []).join('\n');
}
