import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { writeFigures } from '../soak/docs.ts';
import { groups, mutations } from './all.ts';
import { type CopyOfTree, copyOfTree } from './copyOfTree.ts';
import { figures, type Judged } from './figures.ts';
import type { Mutation } from './mutation.ts';
import { runTests } from './runTests.ts';
import { usesBuild } from './usesBuild.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/** Makes each mutation in a copy of the tree and expects that its tests fail. False if one survives, or is no longer valid. */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const { values, positionals } = parseArgs({
    args: [...args],
    options: {
      list: { type: 'boolean', default: false },
      only: { type: 'boolean', default: false },
      jobs: { type: 'string', default: String(Math.min(2, cpus().length)) },
      docs: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  if (values.list) {
    for (const [index, one] of mutations.entries()) say(`${index + 1}  ${one.file}: ${one.why}`);
    return true;
  }
  const wanted = values.only ? positionals.map(Number) : mutations.map((_, index) => index + 1);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => process.exit(130));
  const beganMs = performance.now();
  const judged = await judgeAll(root, { wanted, jobs: Number(values.jobs) });
  const seconds = (performance.now() - beganMs) / 1000;
  const wrong = judged.filter(({ outcome }) => outcome === 'survived' || outcome === 'invalid');
  say(`\n${judged.length} mutations, ${judged.length - wrong.length} caught, in ${Math.round(seconds)} s`);
  for (const { number, mutation, outcome, first } of wrong)
    say(
      `${outcome}: ${number} ${mutation.file}\n  ${mutation.why}\n  - ${mutation.find}\n  + ${mutation.replace}\n  ${first}`,
    );
  if (values.docs) writeFigures(root, { name: 'mutate', args, text: figures(groups, judged, seconds) });
  else if (!values.only) say(figures(groups, judged, seconds));
  return wrong.length === 0;
}

async function judgeAll(
  root: string,
  { wanted, jobs }: { wanted: readonly number[]; jobs: number },
): Promise<Judged[]> {
  const judged: Judged[] = [];
  const waiting = [...wanted];
  const unchanged = new Unchanged();
  const work = async () => {
    const copy = copyOfTree(root);
    process.once('exit', copy.remove);
    try {
      for (let number = waiting.shift(); number !== undefined; number = waiting.shift()) {
        const mutation = mutations[number - 1];
        if (mutation === undefined) throw new Error(`there is no mutation ${number}`);
        const one = { number, mutation, ...(await judge(copy, { mutation, unchanged })) };
        judged.push(one);
        say(
          `${String(number).padStart(3)} ${one.outcome.padEnd(8)} ${one.seconds.toFixed(1).padStart(5)} s  ${mutation.file}: ${one.first.split('\n')[0]}`,
        );
      }
    } finally {
      process.off('exit', copy.remove);
      copy.remove();
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  return judged.sort((one, other) => one.number - other.number);
}

/** Whether tests pass without any mutation, asked once: those that fail prove nothing. */
class Unchanged {
  readonly #known = new Map<string, Promise<boolean>>();

  isGreen(copy: CopyOfTree, mutation: Mutation): Promise<boolean> {
    const key = JSON.stringify([mutation.tests, mutation.only]);
    const known = this.#known.get(key) ?? this.#ask(copy, mutation);
    this.#known.set(key, known);
    return known;
  }

  async #ask(copy: CopyOfTree, mutation: Mutation): Promise<boolean> {
    if (isOfBuild(copy, mutation)) copy.build();
    return (await runTests(copy.folder, mutation)).outcome === 'green';
  }
}

function isOfBuild({ folder }: CopyOfTree, { tests }: Mutation): boolean {
  return tests.some((file) => usesBuild(folder, file));
}

async function judge(
  copy: CopyOfTree,
  { mutation, unchanged }: { mutation: Mutation; unchanged: Unchanged },
): Promise<Omit<Judged, 'number' | 'mutation'>> {
  const beganMs = performance.now();
  const seconds = () => (performance.now() - beganMs) / 1000;
  let undo = () => {};
  try {
    if (!(await unchanged.isGreen(copy, mutation)))
      return { outcome: 'invalid', first: 'its tests fail without it too', seconds: seconds() };
    undo = copy.mutate(mutation);
    if (isOfBuild(copy, mutation)) copy.build();
    const { outcome, first } = await runTests(copy.folder, mutation);
    const known = { red: 'caught', hung: 'caught', green: 'survived', broken: 'invalid' } as const;
    return { outcome: known[outcome], first, seconds: seconds() };
  } catch (error) {
    return { outcome: 'invalid', first: String((error as Error).message), seconds: seconds() };
  } finally {
    undo();
  }
}
