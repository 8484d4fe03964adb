import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { markersOf, promises } from './soak/docs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const text = readFileSync(root + promises, 'utf8');
const rows = text.split('\n').filter((line) => /^\| .* \| .* \|$/.test(line) && line.includes('`test/'));

test('every promise names its tests, and all of them exist', () => {
  expect(rows.length).toBeGreaterThanOrEqual(25);
  const named = [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !name.endsWith('.test.ts') || !existsSync(root + name))).toEqual([]);
  const promises = text.split('## Figures')[0]?.match(/^\| [A-Z].*$/gm) ?? [];
  expect(promises.filter((line) => !rows.includes(line))).toEqual([]);
});

test('every section of promises says what is not covered', () => {
  const sections = text.split(/^## /m).filter((section) => /\| promise \| tests \|/.test(section));
  expect(sections.length).toBeGreaterThanOrEqual(6);
  expect(sections.filter((section) => !/^Not covered: /m.test(section))).toEqual([]);
});

test.each(['soak', 'soak hostile', 'mutate'])(
  'the figures of scripts/%s name their command, version and commit',
  (name) => {
    const [begin, end] = markersOf(name);
    const figures = text.split(begin)[1]?.split(end)[0] ?? '';
    expect(figures).toMatch(
      new RegExp(
        `^\\n\\n\`scripts/${name}[^\`]*\`, version \\d+\\.\\d+\\.\\d+, commit [0-9a-f]{7}, \\d{4}-\\d\\d-\\d\\d; .*\\n\\n\\| `,
      ),
    );
    expect(figures.trim().split('\n').length).toBeGreaterThanOrEqual(5);
  },
);

test('no figure of the page breaks a promise', () => {
  const figures = text.split('## Figures').slice(1).join('');
  expect(figures).not.toMatch(/\b[1-9]\d* (lost|doubled|wrong|survived)\b/);
});
