import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Browser } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Overview } from '../../src/server/api.ts';
import { usageErrorWithHint } from '../cli/lines.ts';
import { open, startBrowser } from '../support/browser.ts';
import { newProgram } from '../support/program.ts';
import { serve } from '../support/serve.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await startBrowser();
}, 60_000);
afterAll(() => browser.close());

describe('serve --sample', { timeout: 60_000 }, () => {
  test('serve --sample shows a month of sample data, labels it everywhere, and leaves nothing behind', async () => {
    const program = newProgram();
    await program.quiet(['run', '--deployment', 'shop', '--version', '1', '--', 'true']);
    const before = program.rows(
      'SELECT (SELECT count(*) FROM deployment_metrics) AS n, (SELECT max(seq) FROM groups) AS seq',
    );
    const served = await serve({ program, args: ['--sample'] });
    expect(served.log().find(({ message }) => message === 'listening')?.sample).toBe(
      'all deployments are sample data',
    );

    const { page, complaints } = await open(browser, served.url);
    expect(await page.$eval('.sample', (one) => one.textContent)).toBe(
      'Sample data: these deployments are not real',
    );
    expect((await page.$$('tr[data-id]')).length).toBe(50);
    const link = await page.$eval('td.version a', (one) => one.getAttribute('href'));
    const { page: deep } = await open(browser, `${served.url}/${link}`);
    expect(await deep.$eval('.sample', (one) => one.textContent)).toContain('are not real');
    expect(complaints).toEqual([]);

    const health = (await (await fetch(`${served.url}/health`)).json()) as Record<string, unknown>;
    expect(health.sample).toBe(true);
    const schema = (await (await fetch(`${served.url}/health.schema.json`)).json()) as object;
    expect(new Ajv2020({ strict: false, validateFormats: false }).validate(schema, health)).toBe(true);

    // The old version answers while the new one is not healthy: no minute of 503 next to seconds of downtime.
    const { last_failure: last } = (await (await fetch(`${served.url}/api/overview`)).json()) as Overview;
    expect(last?.failure?.why).toMatch(/expected version ".+", got ".+"/);

    const metrics = await (await fetch(`${served.url}/metrics`)).text();
    expect(metrics).toMatch(/^# deploytrack serve --sample: all deployments are sample data\n/);
    const instances = new Set(
      [...metrics.matchAll(/^deployment_.*instance="([^"]+)"/gm)].map(([, name]) => name),
    );
    expect([...instances].every((name) => name?.startsWith('sample-'))).toBe(true);
    expect(instances.size).toBe(3);

    expect((await fetch(`${served.url}/webhook/generic`, { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await served.stop()).code).toBe(0);
    expect(
      program.rows(
        'SELECT (SELECT count(*) FROM deployment_metrics) AS n, (SELECT max(seq) FROM groups) AS seq',
      ),
    ).toEqual(before);
  });

  test('serve --sample needs and creates no ledger, and removes its own', async () => {
    const program = newProgram();
    const temporary = `${program.folder}/temporary`;
    mkdirSync(temporary);
    const served = await serve({ program, args: ['--sample'], run: { env: { TMPDIR: temporary } } });
    expect(readdirSync(temporary)).toHaveLength(1);
    await served.stop();
    expect([existsSync(program.ledger), readdirSync(temporary)]).toEqual([false, []]);
  });

  test("serve --sample keeps sample data apart from the user's deployments", async () => {
    const program = newProgram();
    usageErrorWithHint(await program.run(['serve', '--sample', '--docker']));
    usageErrorWithHint(await program.run(['serve', '--sample', '--ledger', 'other.db']));
    expect(existsSync(program.ledger)).toBe(false);
  });
});
