import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { stringsIn, titlesIn } from '../support/prose.ts';
import { mended, unmended } from './mended.ts';

/** Hints of other modules that `doctor` prints. */
const others = [
  'src/ledger/file/findLedger.ts',
  'src/ledger/file/ledgerProblem.ts',
  'src/ledger/file/open.ts',
  'src/ledger/file/rights.ts',
  'src/ledger/journal/readJournal.ts',
  'src/settings/file.ts',
  'src/settings/readFile.ts',
  'src/settings/temporaryFolder.ts',
];
/** What other commands print. */
const ofOthers = /^(repair\.ts|drill\/)/;
const sources = readdirSync('src/doctor', { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && !ofOthers.test(name))
  .map((name) => `src/doctor/${name}`);

/** Each file is parsed once. */
const parsed = new Map<string, readonly Start[]>();

/** Advice prints a command in backticks, or says when one succeeds. */
const advice = [...sources, ...others]
  .flatMap(stringsIn)
  .filter(({ text }) => /`.+`|\bsucceeds\b|\bwith --ledger\b/.test(text));
const tests = Object.entries(mended).flatMap(([file, byTitle]) =>
  Object.entries(byTitle).map(([title, parts]) => ({ file, title, parts })),
);
const followed = [...tests.flatMap(({ parts }) => parts), ...Object.keys(unmended)];

test('every advice of doctor is followed by a test, or has a reason why not', () => {
  const without = advice.filter(({ text }) => !followed.some((part) => text.includes(part)));
  expect(without.map(({ at, text }) => `${at}: ${text}`)).toEqual([]);
});

test('every advice that a test follows is one that doctor prints', () => {
  expect(followed.filter((part) => !advice.some(({ text }) => text.includes(part)))).toEqual([]);
});

test('every test that follows an advice exists and runs the printed command', () => {
  const without = tests.filter(
    ({ file, title }) => !/\bmend\(|sh -c "\$command"|eval "\$\(/.test(bodyOf(file, title)),
  );
  expect(without.map(({ file, title }) => `${file}: ${title}`)).toEqual([]);
});

/** From the title of a test to the next one; empty if there is none. */
function bodyOf(file: string, title: string): string {
  const starts = startsIn(file);
  const index = starts.findIndex((one) => one.text === title);
  if (index === -1) return '';
  return readFileSync(file, 'utf8')
    .split('\n')
    .slice(starts[index]?.line, starts[index + 1]?.line)
    .join('\n');
}

type Start = { readonly text: string; readonly line: number };

/** Where the tests of a file begin, in order. */
function startsIn(file: string): readonly Start[] {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const starts = titlesIn(file)
    .map(({ text, at }) => ({ text, line: Number(at.split(':').at(-1)) - 1 }))
    .sort((one, other) => one.line - other.line);
  parsed.set(file, starts);
  return starts;
}
