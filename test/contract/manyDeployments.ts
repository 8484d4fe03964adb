import { applyMark } from '../../src/ledger/marks/apply.ts';
import type { Mark } from '../../src/marks.ts';
import { newDeploymentId } from '../../src/model.ts';
import type { LedgerWorld } from '../ledger/ledgerWorld.ts';
import {
  attempt,
  costMark,
  errorRateMark,
  finishMark,
  healthMark,
  phaseEndMark,
  smokeMark,
  startMark,
  wentWell,
} from '../ledger/makeMarks.ts';

/** The names that a deployment uses. */
export interface Naming {
  readonly environment: string;
  /** Names of the `n`th deployment; the same call returns the same name. */
  readonly words: (n: number) => {
    readonly tests: readonly string[];
    readonly resources: readonly string[];
    readonly stages: readonly string[];
    readonly service: string;
    /** Null: its health is not checked, which would be another phase. */
    readonly checkType: string | null;
  };
  /** Declared by the first deployment, so that groups of any age have the same series. */
  readonly declared: number;
}

/**
 * A usual group (docs/metrics.md, "How many series"): three tests, two resources, four phases; the last ten
 * deployments have all of them.
 */
export function defaults(deployments: number): Naming {
  const some = <Word>(words: readonly Word[], n: number): readonly Word[] =>
    n >= deployments - 10 ? words : [words[n % words.length] as Word];
  return {
    environment: 'production',
    words: (n) => ({
      tests: some(['login', 'pay', 'search'], n),
      resources: some(['compute', 'storage'], n),
      stages: some(['extract', 'venv_rebuild', 'migration', 'cutover'], n),
      service: 'shop',
      checkType: null,
    }),
    declared: 0,
  };
}

/** Every deployment uses new names for everything. */
export const everNew: Naming = {
  environment: 'staging',
  words: (n) => ({
    tests: [`test ${n}`],
    resources: [`resource ${n}`],
    stages: [`stage_${n}`],
    service: `service ${n}`,
    checkType: `check ${n}`,
  }),
  declared: 60,
};

/** Deployments from `from` up to `to` (exclusive), each with everything that can be recorded. */
export function playDeployments(
  world: LedgerWorld,
  { from, to, naming }: { from: number; to: number; naming: Naming },
): void {
  const { context, database } = world;
  for (let n = from; n < to; n += 1) {
    database.exec('BEGIN');
    for (const mark of marksOf(world, { n, naming })) applyMark(context, { database, mark });
    database.exec('COMMIT');
  }
}

function* marksOf({ context }: LedgerWorld, { n, naming }: { n: number; naming: Naming }): Generator<Mark> {
  const { tests, resources, stages, service, checkType } = naming.words(n);
  const { environment, declared } = naming;
  const deploymentId = newDeploymentId(context.instant().wallMs, n.toString(16).padStart(8, '0'));
  const at = () => {
    context.advance(1000);
    return context.instant();
  };
  const result = { ...wentWell, cpuSeconds: 0.5, memoryBytes: 1024 };
  const names = Array.from({ length: n === 0 ? declared : 0 }, (_, index) => String(index));
  const declare = {
    services: names,
    stages: names.map((name) => `declared_${name}`),
    tests: names,
    resources: names,
    checkTypes: names,
  };
  const commitSha = n.toString(16).padStart(40, '0');
  yield startMark(at(), { deploymentId, environment, version: `1.${n}.0`, commitSha, declare });
  for (const stage of stages) {
    const startedAt = at();
    yield phaseEndMark(at(), {
      deploymentId,
      stage,
      service,
      startedAt,
      runId: `${deploymentId}-${stage}`,
      result,
    });
  }
  if (checkType !== null)
    yield healthMark([attempt({ at: at(), healthy: n % 5 > 0 })], { deploymentId, service, checkType });
  for (const test of tests) yield smokeMark(at(), { deploymentId, test, service });
  for (const resource of resources) yield costMark(at(), { deploymentId, resource, usd: 0.25 });
  yield errorRateMark(at(), { deploymentId, service, errorRate: 0.01 });
  yield finishMark(at(), { deploymentId });
}
