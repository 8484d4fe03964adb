import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { settingNames, settingOf } from '../../src/cli/define/settings.ts';
import { ownSettings } from '../../src/cli/table/ownSettings.ts';
import { expectWords, fuzzFolder, patience, runs, type Spoken } from './inProcess.ts';
import { damaged, oddBytes, oddJson, oddText } from './odd.ts';

const keys = [...settingNames, ...ownSettings.map(({ name }) => name)];
const entry = fc.tuple(
  fc.oneof(fc.constantFrom(...keys, 'declare', '<<'), oddText),
  fc.oneof(oddText, oddJson),
);
const yaml = fc
  .array(entry, { maxLength: 5 })
  .map((entries) => entries.map(([key, value]) => `${key}: ${value}\n`).join(''));
const odd = [
  'a: &a [*a, *a]\n',
  `${'a: '.repeat(500)}1\n`,
  '? [x]\n: y\n',
  '!!js/function x\n',
  '- 1\n- 2\n',
  '%YAML 9.9\n---\n',
  '\ufeffdeployment: app\n',
];
const contents = fc.oneof(
  yaml.chain(damaged),
  fc.constantFrom(...odd),
  oddJson,
  oddBytes.map((bytes) => bytes.toString('latin1')),
);

const mark = ['phase', 'record', 'x', '--duration', '1s', '--id', 'd'];

/** One warning for each of the settings at most, one for the rest of them, and one for recording or pushing. */
function expectFew({ stderr }: Spoken, settings: number): void {
  const warnings = stderr.match(/^deploytrack: warning: .*$/gm) ?? [];
  expect(warnings).toEqual([...new Set(warnings)]);
  expect(warnings.length).toBeLessThanOrEqual(settings + 2);
}

test('any settings file costs a mark one warning at most per problem, and other commands a usage error', {
  timeout: patience,
}, async () => {
  const { folder, run } = fuzzFolder();
  await fc.assert(
    fc.asyncProperty(contents, fc.constantFrom('yaml', 'json'), async (content, format) => {
      const file = join(folder, `deploytrack.${format}`);
      writeFileSync(file, content, 'latin1');
      const marked = await run([...mark, '--gateway', 'http://127.0.0.1:1']);
      expectWords(marked, [0]);
      expectFew(marked, (content.match(/[:,]/g) ?? []).length);
      expectWords(await run(['history', '--json']));
      rmSync(file);
    }),
    { numRuns: runs(80) },
  );
});

/** Not the place of the ledger and its journals, which would be outside of the folder. */
const variables = [...settingNames.map((name) => settingOf(name)), ...ownSettings]
  .map(({ variable }) => variable)
  .filter((variable) => !/LEDGER$|JOURNAL|TEXTFILE/.test(variable));

test('any values of the environment cost a mark one warning at most each, and other commands a usage error', {
  timeout: patience,
}, async () => {
  const { run } = fuzzFolder();
  const environment = fc.dictionary(fc.constantFrom(...variables), oddText, { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(environment, async (env) => {
      const marked = await run(mark, env);
      // Strictness that cannot be read may be meant.
      expectWords(marked, env.DEPLOYTRACK_STRICT === undefined ? [0] : [0, 1, 2]);
      expectFew(marked, Object.keys(env).length);
      expectWords(await run(['history', '--json'], env));
    }),
    { numRuns: runs(120) },
  );
});
