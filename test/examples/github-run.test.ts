import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { parse } from 'yaml';
import { startFront } from '../contract/front.ts';
import { startSite } from '../contract/site.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { rowsOf } from '../support/program.ts';
import { type Step, type Workflow, workflowText } from './github/files.ts';
import { type Hub, newHub } from './github/hub.ts';
import { type JobEnd, type Run, runWorkflow } from './github/runWorkflow.ts';

/**
 * deploy.yml and action.yml, run as on hosted runners: a machine for each job, and only artifacts between
 * them.
 */
const workflow = parse(workflowText) as Workflow;
const group = { job: 'deploytrack', instance: 'web-1', deployment: 'shop', environment: 'production' };
const shas = ['a'.repeat(40), 'b'.repeat(40)] as const;
const token = 'token-that-nobody-may-read';

vi.setConfig({ testTimeout: 300_000 });

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

describe('Successful workflow run', () => {
  test('a workflow run is one deployment with the phases of all jobs, shown in outputs and summary', async () => {
    const { hub, gateway, authorizations } = await newWorld();
    const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });

    expect(results(run)).toEqual({ build: 'success', deploy: 'success', finish: 'success' });
    expect(annotations(run)).toEqual([]);
    expect(row(run.finish, 'run-77-1')).toMatchObject({
      version: shas[0],
      instance: 'web-1',
      deployment_status: 'success',
      health_check_success: 1,
      url: 'https://github.example/acme/shop/actions/runs/77',
      fragment: 0,
    });
    expect(phases(run.finish, 'run-77-1')).toEqual(['build', 'migration', 'cutover', 'health_check']);
    expect(await counted(gateway)).toEqual({ success: 1, failure: 0, build: 1, migration: 1, cutover: 1 });

    expect(run.finish?.outputs).toEqual({ status: 'success' });
    const { id, status, json } = stepOutputs(run.finish);
    expect([id, status]).toEqual(['run-77-1', 'success']);
    expect(JSON.parse(json ?? '')).toMatchObject({ deployment_id: 'run-77-1', health_check_success: true });
    expect(run.finish?.summary).toMatch(/^## ✅ shop \/ production a{40}: success\n/);
    expect(run.finish?.summary).toMatch(/^\| (health.check|health\\_check) \| ✅ success \|/m);
    expect(run.finish?.summary).toMatch(/^\| health: http \| healthy after \d+ attempts? \|$/m);

    // The token reaches the gateway and is stored nowhere.
    expect(new Set(authorizations())).toEqual(new Set([`Bearer ${token}`]));
    expect(JSON.stringify(run)).not.toContain(token);
    expect(everything(hub.folder)).not.toContain(token);
  });

  test('a second workflow run continues the totals, and its summary shows what has changed', async () => {
    const { hub, gateway } = await newWorld();
    await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
    writeFileSync(path.join(hub.repository, 'package-lock.json'), '{"name": "shop"}');
    const run = await runWorkflow(hub, workflow, { runId: 78, sha: shas[1] });
    expect(annotations(run)).toEqual([]);
    expect(row(run.finish, 'run-78-1')).toMatchObject({ version: shas[1], previous_version: shas[0] });
    expect(run.deploy?.log).toContain(`previous     ${shas[0]}`);
    expect(await counted(gateway)).toEqual({ success: 2, failure: 0, build: 2, migration: 2, cutover: 2 });
    expect(await gateway.value('deployment_duration_seconds', group)).toBe(2);
    expect(run.finish?.summary).toMatch(/a{40} → b{40}: success\n/);
    expect(run.finish?.summary).toContain('1 change since the previous deployment');
    expect(run.finish?.summary).toMatch(/^- file .*package-lock\.json /m);
  });
});

describe('Failed workflow run', () => {
  test('a failed phase in a workflow fails the deployment', async () => {
    const { hub, gateway } = await newWorld();
    hub.script('migrate.sh', 'exit 3');
    const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
    expect(results(run)).toEqual({ build: 'success', deploy: 'failure', finish: 'success' });
    expect(row(run.finish, 'run-77-1')).toMatchObject({
      deployment_status: 'failed',
      error_message: 'phase migration: exit code 3',
    });
    expect(run.finish?.outputs).toEqual({ status: 'failed' });
    expect(run.finish?.summary).toMatch(/^## ❌ .*: failed\n/);
    expect(run.finish?.summary).toMatch(/^> .*exit code 3$/m);
    expect(await counted(gateway)).toMatchObject({
      success: 0,
      failure: 1,
      build: 1,
      migration: 1,
      cutover: 0,
    });
  });

  test('a failed step outside of all phases fails the deployment', async () => {
    const { hub } = await newWorld();
    const [checkout, ...rest] = workflow.jobs.deploy?.steps ?? [];
    const steps = [checkout as Step, ...rest.slice(0, 1), { run: 'false' }, ...rest.slice(1)];
    const jobs = { ...workflow.jobs, deploy: { ...workflow.jobs.deploy, steps } };
    const run = await runWorkflow(hub, { ...workflow, jobs }, { runId: 77, sha: shas[0] });
    expect(run.finish?.outputs).toEqual({ status: 'failed' });
    expect(phases(run.finish, 'run-77-1')).toEqual(['build']);
  });

  test('canceling a workflow during a phase fails the deployment', async () => {
    const { hub, gateway } = await newWorld();
    hub.script(
      'migrate.sh',
      'kill -KILL 0 # the whole step, as a runner ends what does not heed its signals',
    );
    const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
    expect(results(run)).toEqual({ build: 'success', deploy: 'cancelled', finish: 'success' });
    expect(row(run.finish, 'run-77-1')).toMatchObject({
      deployment_status: 'failed',
      error_message: 'the run was cancelled',
    });
    // The killed phase is known if it ran long enough to be recorded as running.
    expect([['build'], ['build', 'migration']]).toContainEqual(phases(run.finish, 'run-77-1'));
    expect(run.finish?.outputs).toEqual({ status: 'failed' });
    expect(await counted(gateway)).toMatchObject({ success: 0, failure: 1, build: 1, cutover: 0 });
  });

  test('re-running only the failed jobs is another deployment', async () => {
    const { hub, gateway } = await newWorld();
    hub.script('migrate.sh', 'exit 3');
    const first = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
    hub.script('migrate.sh', 'true');
    const again = await runWorkflow(hub, workflow, { runId: 77, attempt: 2, sha: shas[0], again: first });
    expect(again.build).toBe(first.build);
    expect(annotations({ ...again, build: undefined })).toEqual([]);
    expect(row(again.finish, 'run-77-2')).toMatchObject({ deployment_status: 'success', fragment: 0 });
    expect(phases(again.finish, 'run-77-2')).toEqual(['migration', 'cutover', 'health_check']);
    expect(row(again.finish, 'run-77-1')).toMatchObject({ deployment_status: 'failed' });
    expect(await counted(gateway)).toEqual({ success: 1, failure: 1, build: 1, migration: 2, cutover: 1 });
  });
});

describe('Errors of deploytrack in a workflow', () => {
  test.each([
    ['is a folder', ''],
    ['cannot be created', 'build.sh/deployments.db'],
  ])('no job fails without a gateway if the ledger %s', async (_what, ledger) => {
    const { hub, gateway } = await newWorld();
    await gateway.stop();
    const cached = (id: string) => path.join(hub.caches, `deploytrack%3Ashop%3Aproduction%3A${id}`);
    mkdirSync(cached('run-76-1'));
    writeFileSync(path.join(cached('run-76-1'), 'history.jsonl'), 'earlier');
    const env = { ...workflow.env, DEPLOYTRACK_LEDGER: path.join(hub.repository, ledger) };
    const run = await runWorkflow(hub, { ...workflow, env }, { runId: 77, sha: shas[0] });
    expect(results(run)).toEqual({ build: 'success', deploy: 'success', finish: 'success' });
    expect(annotations(run)).toContainEqual(expect.stringContaining('the marks of this job are lost'));
    expect(readFileSync(path.join(cached('run-77-1'), 'history.jsonl'), 'utf8')).toBe('earlier');
  });

  test('no job fails if artifacts and caches are unavailable', async () => {
    const { hub } = await newWorld();
    writeFileSync(path.join(hub.folder, 'artifacts-77'), 'not a folder');
    rmSync(hub.caches, { recursive: true });
    writeFileSync(hub.caches, 'not a folder');
    const run = await runWorkflow(hub, workflow, { runId: 77, sha: shas[0] });
    expect(results(run)).toEqual({ build: 'success', deploy: 'success', finish: 'success' });
    expect(annotations(run)).toContainEqual(expect.stringContaining('deployment run-77-1 not found'));
    expect(run.finish?.outputs).toEqual({ status: 'in-progress' });
  });

  test('the finishing job does not fail if deploytrack cannot be installed', async () => {
    const { hub } = await newWorld();
    rmSync(path.join(hub.bin, 'deploytrack'));
    writeFileSync(path.join(hub.bin, 'npm'), '#!/bin/sh\necho "npm $*"\nexit 1\n', { mode: 0o755 });
    const jobs = { finish: { ...workflow.jobs.finish, needs: [], steps: workflow.jobs.finish?.steps ?? [] } };
    const run = await runWorkflow(hub, { ...workflow, jobs }, { runId: 77, sha: shas[0] });
    expect(results(run)).toEqual({ finish: 'success' });
    expect(run.finish?.outputs).toEqual({ status: '' });
    expect(run.finish?.log).toContain('npm install --global deploytrack\n');
    expect(annotations(run)).toContainEqual(expect.stringContaining('it is not installed'));
  });

  test.each([
    [{ do: 'strat' }, 'do: expected start, export or finish'],
    [{ do: 'start', id: 'none' }, 'invalid ID "none"'],
  ])('a job stops before it deploys if the workflow uses %j', async (words, said) => {
    const { hub } = await newWorld();
    const [checkout, start, ...rest] = workflow.jobs.build?.steps ?? [];
    const build = { steps: [checkout as Step, { ...start, with: words }, ...rest.slice(0, 1)] };
    const run = await runWorkflow(hub, { ...workflow, jobs: { build } }, { runId: 77, sha: shas[0] });
    expect(results(run)).toEqual({ build: 'failure' });
    expect(run.build?.log).toContain(said);
    expect(run.build?.log).not.toContain('built');
  });
});

function results(run: Run): Record<string, string> {
  return Object.fromEntries(Object.entries(run).map(([name, { result }]) => [name, result]));
}

/** Every annotation of every job. */
function annotations(run: Readonly<Record<string, JobEnd | undefined>>): string[] {
  return Object.values(run).flatMap((job) => job?.log.match(/^::(?:warning|error).*$/gm) ?? []);
}

/** Labels of the group that the finishing step pushes. */
function stepOutputs(job: JobEnd | undefined): Readonly<Record<string, string>> {
  return job?.steps.deployment?.outputs ?? {};
}

/** A deployment in the ledger of this job at its end. */
function row(job: JobEnd | undefined, id: string): Record<string, unknown> {
  const sql = 'SELECT * FROM deployment_metrics WHERE deployment_id = ?';
  return rowsOf(job?.ledger ?? '', { sql, values: [id] })[0] ?? {};
}

function phases(job: JobEnd | undefined, id: string): unknown[] {
  const sql = 'SELECT stage FROM deployment_stages WHERE deployment_id = ? ORDER BY started_at';
  return rowsOf(job?.ledger ?? '', { sql, values: [id] }).map(({ stage }) => stage);
}

/** Totals on the gateway: deployments by outcome, phases by name. */
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

/** Every file below a folder, as text: ledgers, artifacts, caches, leftovers of a runner. */
function everything(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return files.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).join('\n');
}
