import { expect, test } from 'vitest';
import type { AlertCase } from './cases/series.ts';
import { tryTogether } from './tryTogether.ts';

const one: AlertCase = { alert: 'DeploymentFailed', title: 'one', series: { a: '1 1' }, at: 0, firing: [] };
const trial = (name: string, expr: string) => ({
  name,
  rule: { alert: 'DeploymentFailed', expr, labels: { severity: 'critical' }, annotations: {} },
  cases: [one],
});

test('promtool says something only about the trial that had another result than expected', async () => {
  const said = await tryTogether([
    [trial('silent', 'a > 1'), trial('firing', 'a == 1')],
    [trial('other', 'a > 1')],
  ]);
  expect([...said.keys()]).toEqual(['firing']);
  expect(said.get('firing')).toMatch(/exp: nil\s+got: \{.*alertname="firing"/);
});

test.each([
  ['cannot be read', 'a >', 'parse error'],
  ['cannot be evaluated', 'label_replace(a, "1 2", "", "", "")', 'invalid'],
])('a rule that %s fails all trials', async (_, expr, said) => {
  await expect(tryTogether([[trial('right', 'a > 1')], [trial('wrong', expr)]])).rejects.toThrow(said);
});
