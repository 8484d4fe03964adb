import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { commandHelp } from '../src/cli/help/commandHelp.ts';
import { familyHelp, overview } from '../src/cli/help/overview.ts';
import { settingsHelp } from '../src/cli/help/settingsHelp.ts';
import { commandTable } from '../src/cli/table/commands.ts';
import { commentsIn, linesIn, type Prose, stringsIn, titlesIn } from './support/prose.ts';

/** Phrases that readers stumble over, and what to write instead. */
const instead: Readonly<Record<string, RegExp>> = {
  'not a, invalid, without': /(?<!there )\b(is|are|was|were) no (?!longer\b|more\b)|\bis none of\b/i,
  'if; "where" is for places': /\bwhere\b/i,
  'next to, compared with, during': /\bbeside\b/i,
  fix: /\b(mend|mends|mended|mending|cures?)\b/i,
  'the actor, or the passive': /\b(whoever|nobody|whomever)\b/i,
  'report, show, describe': /\btell(s|ing)? of\b|\btold of\b/i,
  'import, accept, receive': /\btaken in\b|\btakes? (it|them) in\b|\blet in\b/i,
  'rolled back, rollback': /\btaken back\b|\btakes? back\b|\bthe way back\b/i,
  'recent, recently': /\blately\b|\bof late\b/i,
  'commands that': /\bwords that\b/i,
};

/** Texts that are right as they are: a part of each, and why. */
const exceptions: readonly { readonly part: RegExp; readonly why: string }[] = [
  { part: /\bWhere-Object\b/, why: 'a command of PowerShell' },
  {
    part: /\bfrom where\b|\bwhere (to (save|read|report)|warnings go|it leads|each comes from|the ledger is|and what)\b/,
    why: 'a place',
  },
  { part: /\b(decides|in a folder|Windows,|Node 18,) where\b/, why: 'a place' },
  { part: /\b(and|from|happened,) where\b/, why: 'a place, in test titles' },
  { part: /\*where\* only for places/, why: 'the rule itself, in CONTRIBUTING.md' },
  { part: /#where-the-ledger-is\b/, why: 'the anchor of a heading' },
  { part: /\bWords that (follow|make|do)\b/, why: 'words of a text' },
];

/** Parts of the tree that are not written anew yet: a path that begins with one of these is not looked at. */
const pending: Readonly<Record<'strings' | 'comments' | 'titles' | 'documents', readonly string[]>> = {
  strings: [],
  comments: [],
  titles: [],
  documents: [],
};

const sources = filesBelow('src', /\.tsx?$/);
const tests = filesBelow('test', /\.test\.ts$/);
const documents = [
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...filesBelow('docs', /\.md$/),
];

const texts: Readonly<Record<keyof typeof pending, readonly Prose[]>> = {
  strings: [...active(sources, 'strings').flatMap(stringsIn), ...help()],
  comments: active(sources, 'comments').flatMap(commentsIn),
  titles: active(tests, 'titles').flatMap(titlesIn),
  documents: active(documents, 'documents').flatMap(linesIn),
};

describe('The language', () => {
  test.each(Object.keys(instead))('of messages and help uses: %s', (better) => {
    expect(found(texts.strings, better)).toEqual([]);
  });

  test.each(Object.keys(instead))('of documents uses: %s', (better) => {
    expect(found(texts.documents, better)).toEqual([]);
  });

  test.each(Object.keys(instead))('of comments uses: %s', (better) => {
    expect(found(texts.comments, better)).toEqual([]);
  });

  test.each(Object.keys(instead))('of test titles uses: %s', (better) => {
    expect(found(texts.titles, better)).toEqual([]);
  });

  test('of a summary in help is lower case and has no full stop', () => {
    const summaries = commandTable.map(({ summary }) => summary);
    expect(summaries.filter((summary) => !/^[a-z].*[^.]$/.test(summary))).toEqual([]);
  });

  test('of help gives each default as (default …)', () => {
    const shown = help().map(({ text }) => text.replaceAll(/\s+/g, ' '));
    const others = shown.flatMap((text) => {
      // `help settings` says in a sentence where a value comes from.
      const rest = text.replaceAll(/\(default [^)]+\)|otherwise it is the default\./g, '');
      return rest.match(/.{0,30}\bdefaults?\b.{0,20}|\(\d+ ?(ms|s|m|h|d)\)/gi) ?? [];
    });
    expect(others).toEqual([]);
  });

  test('has only exceptions that are needed', () => {
    const texts = [
      ...sources.flatMap(stringsIn),
      ...sources.flatMap(commentsIn),
      ...tests.flatMap(titlesIn),
      ...documents.flatMap(linesIn),
    ];
    const unused = exceptions.filter(({ part }) => !texts.some(({ text }) => part.test(text)));
    expect(unused).toEqual([]);
  });
});

function found(texts: readonly Prose[], better: string): string[] {
  const banned = instead[better] as RegExp;
  return texts
    .map(({ at, text }) => ({ at, text, rest: withoutExceptions(text) }))
    .filter(({ rest }) => banned.test(rest))
    .map(({ at, text }) => `${at}: ${text.trim()}`);
}

function withoutExceptions(text: string): string {
  return exceptions.reduce((rest, { part }) => rest.replaceAll(new RegExp(part, 'gi'), ''), text);
}

/** Every page of help, as a terminal shows it. */
function help(): Prose[] {
  const shown = commandTable.filter(({ hidden }) => hidden !== true);
  return [
    { at: 'deploytrack --help', text: overview(commandTable, 80) },
    { at: 'deploytrack phase --help', text: familyHelp('phase', commandTable, 80) },
    { at: 'deploytrack help settings', text: settingsHelp(80) },
    ...shown.map((command) => ({ at: `deploytrack ${command.name} --help`, text: commandHelp(command, 80) })),
  ];
}

function active(paths: readonly string[], kind: keyof typeof pending): string[] {
  return paths.filter((path) => !pending[kind].some((start) => path.startsWith(start)));
}

function filesBelow(folder: string, name: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => name.test(path) && !path.includes('/cli/table/'))
    .sort();
}
