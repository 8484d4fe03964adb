import { existsSync } from 'node:fs';
import path from 'node:path';
import { allFilled, type Contexts, holds, type Status } from './expression.ts';
import { action, ourAction, type Step } from './files.ts';
import { hostedActions } from './hostedActions.ts';
import type { Machine, StepEnd } from './machine.ts';

export interface StepsEnd {
  readonly status: Status;
  /** The context `steps`. */
  readonly steps: Readonly<Record<string, StepEnd>>;
}

interface World {
  readonly machine: Machine;
  readonly contexts: Contexts;
}

/**
 * Runs steps in order as a runner does: after a failure the others are skipped, unless their `if:` asks for
 * failures.
 */
export async function runSteps(list: readonly Step[], world: World): Promise<StepsEnd> {
  const { machine, contexts } = world;
  let status: Status = 'success';
  const steps: Record<string, StepEnd> = {};
  for (const step of list) {
    const seen = { job: { status }, ...contexts, env: machine.env, steps };
    if (!holds(step.if, { contexts: seen, status })) continue;
    const end = await runStep(step, { machine, contexts: seen });
    if (end.outcome !== 'success' && step['continue-on-error'] !== true) status = end.outcome;
    if (step.id !== undefined) steps[step.id] = end;
  }
  return { status, steps };
}

async function runStep(step: Step, world: World): Promise<StepEnd> {
  const { machine, contexts } = world;
  if (step.run !== undefined)
    return machine.run({ text: step.run, shell: step.shell, env: allFilled(step.env, contexts) });
  const inputs = allFilled(step.with, contexts);
  if (step.uses === ourAction) return runOurs(inputs, world);
  const hosted = hostedActions[step.uses ?? ''];
  if (hosted === undefined) throw new Error(`no such action here: ${step.uses}`);
  try {
    hosted.run(inputs, machine.shelves);
    return { outcome: 'success', outputs: {} };
  } catch (error) {
    machine.log += `::error::${String(error)}\n`;
    return { outcome: 'failure', outputs: {} };
  }
}

/** Runs a composite action: its steps see its inputs, and of the job only what a composite action may see. */
async function runOurs(
  given: Readonly<Record<string, string>>,
  { machine, contexts }: World,
): Promise<StepEnd> {
  const file = path.join(machine.shelves.workspace, ourAction, 'action.yml');
  if (!existsSync(file)) throw new Error(`can't find ${file}: did the job check out?`);
  const { github, runner, strategy, job } = contexts;
  const defaults = Object.entries(action.inputs).map(([name, input]) => [name, input.default ?? '']);
  const inputs = { ...allFilled(Object.fromEntries(defaults), { github, runner, strategy, job }), ...given };
  const own = { github, runner, strategy, job, inputs };
  const { status, steps } = await runSteps(action.runs.steps, { machine, contexts: own });
  const values = Object.entries(action.outputs).map(([name, { value }]) => [name, value]);
  return { outcome: status, outputs: allFilled(Object.fromEntries(values), { ...own, steps }) };
}
