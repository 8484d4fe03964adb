import path from 'node:path';
import { allFilled, type Contexts, holds, type Status } from './expression.ts';
import type { Job, Workflow } from './files.ts';
import type { Hub } from './hub.ts';
import { newMachine } from './machine.ts';
import { runSteps, type StepsEnd } from './steps.ts';

export interface JobEnd {
  readonly result: Status;
  readonly outputs: Readonly<Record<string, string>>;
  readonly steps: StepsEnd['steps'];
  readonly log: string;
  readonly summary: string;
  /** The ledger of the job; null if the job did not run. */
  readonly ledger: string | null;
}

export type Run = Readonly<Record<string, JobEnd>>;

export interface RunOptions {
  readonly runId: number;
  readonly attempt?: number;
  readonly sha: string;
  /** Re-runs the jobs of this attempt that did not succeed, and those that need them. */
  readonly again?: Run;
}

/** Runs the jobs of a workflow one after the other, each on a machine of its own. */
export async function runWorkflow(hub: Hub, workflow: Workflow, options: RunOptions): Promise<Run> {
  const ended: Record<string, JobEnd> = {};
  const fresh = new Set<string>();
  for (const [name, job] of Object.entries(workflow.jobs)) {
    const needed = [job.needs ?? []].flat();
    const before = options.again?.[name];
    const kept = before?.result === 'success' && !needed.some((need) => fresh.has(need));
    if (!kept) fresh.add(name);
    ended[name] = kept ? before : await runJob(hub, { name, job, workflow, ended, options });
  }
  return ended;
}

interface JobOrder {
  readonly name: string;
  readonly job: Job;
  readonly workflow: Workflow;
  readonly ended: Run;
  readonly options: RunOptions;
}

async function runJob(hub: Hub, { name, job, workflow, ended, options }: JobOrder): Promise<JobEnd> {
  const needs = Object.fromEntries([job.needs ?? []].flat().map((need) => [need, needed(ended, need)]));
  const github = { run_id: options.runId, run_attempt: options.attempt ?? 1, job: name, sha: options.sha };
  const known = { github, needs, vars: hub.vars, secrets: hub.secrets };
  const none = { outputs: {}, steps: {}, log: '', summary: '', ledger: null };
  const results = Object.values(needs).map(({ result }) => result);
  if (!holds(job.if, { contexts: known, status: worst(results) })) return { ...none, result: 'skipped' };
  const machine = newMachine({
    folder: hub.folder,
    bin: hub.bin,
    shelves: { ...hub, artifacts: path.join(hub.folder, `artifacts-${options.runId}`) },
    github: environment(github),
    env: allFilled({ ...workflow.env, ...job.env }, known),
  });
  const contexts: Contexts = { ...known, runner: { temp: machine.temp }, strategy: { 'job-index': 0 } };
  const { status, steps } = await runSteps(job.steps, { machine, contexts });
  const { log, summary, ledger } = machine;
  const outputs = allFilled(job.outputs, { ...contexts, steps });
  return { result: status, outputs, steps, log, summary, ledger };
}

function needed(ended: Run, name: string): Pick<JobEnd, 'result' | 'outputs'> {
  const end = ended[name];
  if (end === undefined) throw new Error(`${name} stands below a job that needs it`);
  return { result: end.result, outputs: end.outputs };
}

function worst(results: readonly Status[]): Status {
  const order: readonly Status[] = ['failure', 'cancelled', 'skipped'];
  return order.find((status) => results.includes(status)) ?? 'success';
}

/** The variables in which a runner describes the run. */
function environment(github: Readonly<Record<string, string | number>>): Record<string, string> {
  return {
    GITHUB_REPOSITORY: 'acme/shop',
    GITHUB_SERVER_URL: 'https://github.example',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REF_NAME: 'main',
    GITHUB_SHA: String(github.sha),
    GITHUB_ACTOR: 'octocat',
    GITHUB_JOB: String(github.job),
    GITHUB_RUN_ID: String(github.run_id),
    GITHUB_RUN_ATTEMPT: String(github.run_attempt),
  };
}
