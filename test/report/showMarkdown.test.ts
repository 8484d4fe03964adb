import { expect, test } from 'vitest';
import { formatShow } from '../../src/report/show/show.ts';
import { testLedger } from '../ledger/read/testLedger.ts';
import { hostileCases, pipe } from './testView.ts';
import { detailOf, threePhases } from './threePhases.ts';

const markdown = { ...pipe, format: 'markdown' } as const;

test('the reason of a failure is first in Markdown, in an alert box, then a link to the CI run', () => {
  const ledger = testLedger();
  const id = threePhases(ledger, {
    deployment_status: 'failed',
    error_message: 'phase seed: column is missing\nat line 2',
    url: 'https://ci.example/run/1?a=1|2>',
  });
  ledger.stage({
    deployment_id: id,
    stage: 'seed',
    started_at: '2026-01-14T18:46:20.000Z',
    status: 'failed',
    error_message: 'column is missing\nat line 2',
  });
  const text = formatShow(detailOf(ledger, id), markdown);
  expect(text).toMatch(
    /^## ❌ .*\n\n> \[!CAUTION\]\n> \*\*Failed: phase seed\*\*\n>\n> column is missing\n> at line 2\n/,
  );
  expect(text).toContain('\n[CI run](<https://ci.example/run/1?a=1%7C2%3E>)\n');
  expect(text).toContain('| Started | 2026-01-14T18:45:00Z |');
  expect(text).toMatch(/\| seed \| ❌ failed \|/);
  expect(text.split('column is missing')).toHaveLength(2);
  expect(text).toMatch(/\| extract \| ✅ success \|/);
});

test('an allowed failure is a warning in Markdown, and a success has no alert', () => {
  const ledger = testLedger();
  const id = threePhases(ledger, { deployment_status: 'warning', error_message: 'phase lint: exit code 1' });
  ledger.stage({ deployment_id: id, stage: 'lint', status: 'failed', exit_code: 1, judged: 'allowed' });
  expect(formatShow(detailOf(ledger, id), markdown)).toContain(
    '> [!WARNING]\n> **Allowed failure: phase lint**',
  );
  expect(formatShow(detailOf(ledger, threePhases(ledger)), markdown)).not.toContain('[!');
});

test('the chart in Markdown has each phase with its times in UTC and the sign of a failure', () => {
  const ledger = testLedger();
  const id = threePhases(ledger);
  ledger.stage({
    deployment_id: id,
    stage: 'a:b\n```',
    started_at: '2026-01-14T18:46:20.000Z',
    status: 'failed',
  });
  expect(formatShow(detailOf(ledger, id), markdown)).toContain(
    [
      '```mermaid',
      'gantt',
      '    dateFormat YYYY-MM-DDTHH:mm:ss.SSS',
      '    axisFormat %H:%M:%S',
      '    todayMarker off',
      '    extract :done, 2026-01-14T18:45:00.000, 2026-01-14T18:45:10.000',
      '    migration :done, 2026-01-14T18:45:20.000, 2026-01-14T18:46:00.000',
      '    cutover :done, 2026-01-14T18:46:00.000, 2026-01-14T18:46:20.000',
      '    a_b____ :crit, 2026-01-14T18:46:20.000, 2026-01-14T18:46:30.000',
      '```',
      '',
    ].join('\n'),
  );
});

test('a slower phase has its change in percent in Markdown', () => {
  const ledger = testLedger();
  for (let run = 0; run < 5; run++)
    ledger.stage({ deployment_id: ledger.deployment(), stage: 'migration', duration_seconds: 12 });
  expect(formatShow(detailOf(ledger, threePhases(ledger)), markdown)).toContain(
    '🐢 slower than usual by 28.0s (+233%)',
  );
});

test('a summary is never larger than 1 MiB and says what was left out', () => {
  const ledger = testLedger();
  const id = threePhases(ledger);
  for (let run = 0; run < 1200; run++)
    ledger.stage({ deployment_id: id, stage: `p${run}`, status: 'failed', error_message: '|'.repeat(1000) });
  const text = formatShow(detailOf(ledger, id), markdown);
  expect(Buffer.byteLength(text)).toBeLessThan(2 ** 20);
  expect(text).toContain('The phases were left out: a summary has a limit of 1 MiB.');
  expect(text).toContain('```mermaid');
});

test.each(hostileCases)('%s in the reason, the names and the URL leave Markdown as it is', (_, text) => {
  const ledger = testLedger();
  const id = threePhases(ledger, {
    deployment_status: 'failed',
    error_message: text,
    url: `https://ci.example/${text}`,
  });
  const shown = formatShow(detailOf(ledger, id), markdown);
  expect(shown).not.toMatch(/(?<!\\)<script|[\u202a-\u202e\u2066-\u2069]/);
  const link = shown.split('\n').find((line) => line.startsWith('[CI run]')) ?? '';
  expect(link).toMatch(/^\[CI run\]\(<https:\/\/ci\.example\/[^<>|\s]*>\)$/);
});

test('show --format csv has one row for each phase, guarded against formulas, with the keys of JSON', () => {
  const ledger = testLedger();
  const id = threePhases(ledger);
  ledger.stage({ deployment_id: id, stage: 'seed', status: 'failed', error_message: '=cmd()' });
  const [header = '', ...rows] = formatShow(detailOf(ledger, id), { ...pipe, format: 'csv' })
    .trim()
    .split('\r\n');
  const { phases } = JSON.parse(formatShow(detailOf(ledger, id), { ...pipe, format: 'json' }));
  expect(header.split(',')).toEqual(['deployment_id', 'version', ...Object.keys(phases[0])]);
  expect(rows).toHaveLength(4);
  expect(rows.join('\n')).toContain("'=cmd()");
});
