import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { alertExpectations, atOnce } from './verify/alertExpectations.ts';
import { alertChecks, panelChecks, userChecks } from './verify/checks.ts';
import { panelExpectations } from './verify/panelExpectations.ts';
import { reportLines, verifiedTable } from './verify/report.ts';
import { asWritten, userExpectations } from './verify/userExpectations.ts';
import { verifyMonitoring } from './verify/verify.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('real servers give the same results as the ledgers for every query, alert and panel', {
  timeout: 400_000,
}, async () => {
  const verified = await verifyMonitoring(root, () => {});
  const { queries, alerts, panels, arrivals } = verified;
  const wrong = [...queries, ...alerts, ...panels, ...arrivals].filter(({ ok }) => !ok);
  expect(wrong, reportLines({ ...verified, queries: [], alerts: [], panels: [] }).at(-1)).toEqual([]);
  expect(arrivals.map(({ count }) => count > 0)).toEqual([true, true]);
  const table = verifiedTable({ ...verified, checks: [...userChecks(root), ...alertChecks(root)] });
  // How many series there are within five minutes depends on how busy the machine is.
  const uncounted = (text: string) =>
    text.replaceAll(/\d+ (?:times|series)|the same \d+/g, 'some').split('\n');
  const page = uncounted(readFileSync(join(root, 'docs/verified.md'), 'utf8'));
  expect(uncounted(table).filter((row) => !page.includes(row))).toEqual([]);
});

describe('Completeness of expectations', () => {
  test('every documented query has an expectation, and every expectation a query', () => {
    const asked = userChecks(root).map(({ id }) => id);
    const written = Object.keys(asWritten).map((id) => `${id} as written`);
    expect(asked.toSorted()).toEqual([...Object.keys(userExpectations), ...written].toSorted());
    expect(asked.length).toBeGreaterThan(90);
  });

  test('every alert has an expectation', () => {
    expect(
      alertChecks(root)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(Object.keys(alertExpectations).toSorted());
  });

  test('every panel has an expectation, and every expectation a panel', () => {
    const asked = panelChecks(root).map(({ id }) => id.replace(/^(\w+): (?:variable |annotation )?/, '$1: '));
    const told = Object.entries(panelExpectations).flatMap(([dashboard, panels]) =>
      Object.keys(panels)
        .filter((name) => name !== 'deployment_id' || dashboard === 'troubleshooting')
        .map((name) => `${dashboard}: ${name}`),
    );
    expect(asked.toSorted()).toEqual(told.toSorted());
  });

  test('the alerts listed as immediate are those without `for`', () => {
    expect(atOnce.toSorted()).toEqual(
      alertChecks(root)
        .filter(({ waits }) => !waits)
        .map(({ id }) => id)
        .toSorted(),
    );
  });
});
