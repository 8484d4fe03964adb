import { existsSync } from 'node:fs';
import path from 'node:path';
import { allFilled, type Contexts, holds, type Status } from './expression.ts';
import { action, ourAction, type Step } from './files.ts';
import { hostedActions } from './hostedActions.ts';
import type { Machine } from './machine.ts';

type Outputs = Readonly<Record<string, string>>;

export interface StepsEnd {
  readonly status: Status;
  /** The context `steps`. */
  readonly steps: Readonly<Record<string, { readonly outputs: Outputs; readonly outcome: Status }>>;
}

/** Runs steps in order, as a runner does: what fails makes the rest skipped, but for those that ask. */
export async function runSteps(
  list: readonly Step[],
  { machine, contexts }: { readonly machine: Machine; readonly contexts: Contexts },
): Promise<StepsEnd> {
  let status: Status = 'success';
  const steps: Record<string, { outputs: Outputs; outcome: Status }> = {};
  for (const step of list) {
    const seen = { job: { status }, ...contexts, env: machine.env, steps };
    if (!holds(step.if, { contexts: seen, status })) continue;
    const outputs = await runStep(step, { machine, contexts: seen });
    if (outputs === null && step['continue-on-error'] !== true) status = 'failure';
    if (step.id !== undefined)
      steps[step.id] = { outputs: outputs ?? {}, outcome: outputs === null ? 'failure' : 'success' };
  }
  return { status, steps };
}

/** The outputs of a step, null where it failed. */
async function runStep(
  step: Step,
  { machine, contexts }: { readonly machine: Machine; readonly contexts: Contexts },
): Promise<Outputs | null> {
  if (step.run !== undefined)
    return machine.run({ text: step.run, shell: step.shell, env: allFilled(step.env, contexts) });
  const inputs = allFilled(step.with, contexts);
  if (step.uses === ourAction) return runOurs(inputs, { machine, contexts });
  const hosted = hostedActions[step.uses ?? ''];
  if (hosted === undefined) throw new Error(`no such action here: ${step.uses}`);
  try {
    hosted.run(inputs, machine.shelves);
    return {};
  } catch (error) {
    machine.log += `::error::${String(error)}\n`;
    return null;
  }
}

/** The composite action: its steps know its inputs, and of the job only what a composite action may. */
async function runOurs(
  given: Outputs,
  { machine, contexts }: { readonly machine: Machine; readonly contexts: Contexts },
): Promise<Outputs | null> {
  const file = path.join(machine.shelves.workspace, ourAction, 'action.yml');
  if (!existsSync(file)) throw new Error(`can't find ${file}: did the job check out?`);
  const { github, runner, job } = contexts;
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
  const inputs = { ...allFilled(Object.fromEntries(defaults), { github, runner, job }), ...given };
  const own = { github, runner, job, inputs };
  const { status, steps } = await runSteps(action.runs.steps, { machine, contexts: own });
  const values = Object.entries(action.outputs).map(([name, { value }]) => [name, value]);
  return status === 'success' ? allFilled(Object.fromEntries(values), { ...own, steps }) : null;
}
