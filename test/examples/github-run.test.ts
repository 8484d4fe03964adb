import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { startFront } from '../contract/front.ts';
import { startSite } from '../contract/site.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { rowsOf } from '../support/program.ts';
import { type Workflow, workflowText } from './github/files.ts';
import { type Hub, newHub } from './github/hub.ts';
import { type JobEnd, type Run, runWorkflow } from './github/runWorkflow.ts';

/** deploy.yml and action.yml, run as hosted runners would: a machine for each job, and only artefacts between them. */
const workflow = parse(workflowText) as Workflow;
const group = { job: 'deploytrack', instance: 'web-1', deployment: 'shop', environment: 'production' };
const shas = ['a'.repeat(40), 'b'.repeat(40)] as const;
const token = 'token-that-nobody-may-read';
const minutes = { timeout: 300_000 };

async function newWorld(): Promise<{ hub: Hub; gateway: Gateway; authorizations: () => unknown[] }> {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const front = await startFront({ behind: gateway });
  const { healthUrl } = await startSite('0');
  const hub = newHub({
    vars: { PUSHGATEWAY_URL: front.url, HEALTH_URL: healthUrl },
    secrets: { PUSHGATEWAY_TOKEN: token },
  });
  return { hub, gateway, authorizations: () => front.exchanges.map(({ headers }) => headers.authorization) };
}

test('a deployment over four jobs is one deployment with the phases of all', minutes, async () => {
  const { hub, gateway, authorizations } = await newWorld();
  const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });

  expect(results(run)).toEqual({ build: 'success', migrate: 'success', deploy: 'success', finish: 'success' });
  expect(warnings(run)).toEqual([]);
  expect(row(run.finish)).toMatchObject({
    deployment_id: 'run-77-1',
    version: shas[0],
    instance: 'web-1',
    deployment_status: 'success',
    health_check_success: 1,
    url: 'https://github.example/acme/shop/actions/runs/77',
    fragment: 0,
  });
  expect(phases(run.finish)).toEqual(['build', 'migration', 'cutover', 'health_check']);
  expect(await counted(gateway)).toEqual({ success: 1, failure: 0, build: 1, migration: 1, cutover: 1 });
  expect(run.finish?.outputs).toEqual({ status: 'success' });
  for (const word of ['run-77-1', 'build', 'migration', 'cutover', 'health'])
    expect(run.finish?.summary).toContain(word);

  // The token reaches the gateway, and nothing that stays.
  expect(new Set(authorizations())).toEqual(new Set([`Bearer ${token}`]));
  expect(Object.values(run).map(({ log, summary }) => `${log}${summary}`).join('')).not.toContain(token);
  expect(everything(hub.folder)).not.toContain(token);
});

test('the next run counts on, and its summary compares with the last one', minutes, async () => {
  const { hub, gateway } = await newWorld();
  await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
  const run = await runWorkflow(hub, workflow, { runId: 78, sha: shas[1] });
  expect(warnings(run)).toEqual([]);
  expect(row(run.finish)).toMatchObject({ version: shas[1], previous_version: shas[0] });
  expect(await counted(gateway)).toEqual({ success: 2, failure: 0, build: 2, migration: 2, cutover: 2 });
  expect(await gateway.value('deployment_duration_seconds', group)).toBe(2);
  expect(run.finish?.summary).toContain(shas[0].slice(0, 7));
});

test('a job that fails makes a failed deployment, and the last job tells why', minutes, async () => {
  const { hub, gateway } = await newWorld();
  hub.script('migrate.sh', 'exit 3');
  const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
  expect(results(run)).toEqual({ build: 'success', migrate: 'failure', deploy: 'skipped', finish: 'success' });
  expect(row(run.finish)).toMatchObject({
    deployment_status: 'failed',
    error_message: 'phase migration: exit code 3',
  });
  expect(run.finish?.outputs).toEqual({ status: 'failed' });
  expect(await counted(gateway)).toMatchObject({ success: 0, failure: 1, build: 1 });
});

test('re-running the failed jobs alone is a deployment of its own', minutes, async () => {
  const { hub, gateway } = await newWorld();
  hub.script('migrate.sh', 'exit 3');
  const first = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
  hub.script('migrate.sh', 'true');
  const again = await runWorkflow(hub, workflow, { runId: 77, attempt: 2, sha: shas[0], again: first });
  expect(again.build).toBe(first.build);
  expect(warnings(again)).toEqual([]);
  expect(row(again.finish)).toMatchObject({ deployment_id: 'run-77-2', deployment_status: 'success', fragment: 0 });
  expect(phases(again.finish)).toEqual(['migration', 'cutover', 'health_check']);
  expect(await counted(gateway)).toEqual({ success: 1, failure: 1, build: 1, migration: 2, cutover: 1 });
});

test('a run that is cancelled before its deploy job is a failed deployment', minutes, async () => {
  const { hub, gateway } = await newWorld();
  const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0], cancelled: ['deploy'] });
  expect(row(run.finish)).toMatchObject({ deployment_status: 'failed' });
  expect(await counted(gateway)).toMatchObject({ success: 0, failure: 1, build: 1, migration: 1, cutover: 0 });
});

function results(run: Run): Record<string, string> {
  return Object.fromEntries(Object.entries(run).map(([name, { result }]) => [name, result]));
}

/** Every annotation of every job. */
function warnings(run: Run): string[] {
  return Object.values(run).flatMap(({ log }) => log.match(/^::(?:warning|error).*$/gm) ?? []);
}

/** The deployment that the last job finished, from its ledger. */
function row(job: JobEnd | undefined): Record<string, unknown> {
  const sql = 'SELECT * FROM deployment_metrics ORDER BY id DESC LIMIT 1';
  return rowsOf(job?.ledger ?? '', { sql })[0] ?? {};
}

function phases(job: JobEnd | undefined): unknown[] {
  const sql = `SELECT stage FROM deployment_stages WHERE deployment_id = ? ORDER BY started_at`;
  return rowsOf(job?.ledger ?? '', { sql, values: [row(job).deployment_id] }).map(({ stage }) => stage);
}

/** What the gateway has counted: deployments by outcome, runs by phase. */
async function counted(gateway: Gateway): Promise<Record<string, number | undefined>> {
  const runs = (stage: string) =>
    gateway.value('deployment_stage_duration_seconds', { ...group, stage }).then((count) => count ?? 0);
  return {
    success: await gateway.value('deployment_total', { ...group, status: 'success' }),
    failure: await gateway.value('deployment_total', { ...group, status: 'failure' }),
    build: await runs('build'),
    migration: await runs('migration'),
    cutover: await runs('cutover'),
  };
}

/** Every file below a folder, as text: ledgers, artefacts, caches, what a runner left behind. */
function everything(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).join('\n');
}
