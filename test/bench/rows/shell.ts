import { type Ledger, ledger, onCopy } from '../ledger.ts';
import type { Group, Row } from '../row.ts';
import { timed } from '../timed.ts';
import type { World } from '../world.ts';

const shells = ['bash', 'zsh'] as const;
type Shell = (typeof shells)[number];

interface InShell {
  readonly name: string;
  readonly goal?: number;
  /** How often it is done in a row. */
  readonly times: number;
  readonly command: string;
}

const inShell: readonly InShell[] = [
  { name: 'a mark by the integration', goal: 50, times: 1000, command: 'deploytrack phase start a' },
  { name: 'the same with `--exit-code`', times: 1000, command: 'deploytrack phase end a --exit-code 0' },
  { name: 'a wrapped function', times: 200, command: 'deploytrack phase run f -- f' },
  { name: 'fork and exec of `/bin/true`', times: 100, command: '/bin/true' },
];

/** Microseconds of one command in the shell, without those of the loop. */
function shellRow(shell: Shell, { name, goal, times, command }: InShell): Row {
  return {
    name: `${shell}: ${name}`,
    figure: 'µs',
    ...(goal === undefined ? {} : { goal }),
    ...(shell === 'zsh' ? { needs: ['zsh'] as const } : {}),
    sample: async (world) =>
      onCopy(world, await ledger(world, shell), async (copy) => {
        const { stdout } = await timed(scriptOf(world, { shell, copy, times, command }));
        const [own = Number.NaN, loop = Number.NaN] = stdout
          .split('\n')
          .map((line) => line.split(' ').map(Number))
          .map(([began = Number.NaN, ended = Number.NaN]) => ended - began);
        return { figure: ((own - loop) / times) * 1e6 };
      }),
  };
}

function scriptOf(
  world: World,
  { shell, copy, times, command }: { shell: Shell; copy: Ledger; times: number; command: string },
) {
  const script = `
${shell === 'zsh' ? 'zmodload zsh/datetime' : ''}
eval "$(deploytrack shell ${shell} --without-trap)"
f() { :; }
measure() { # <command…>
  local i=0 began=$EPOCHREALTIME
  while [ $i -lt ${times} ]; do "$@" >/dev/null 2>&1; i=$((i + 1)); done
  echo "$began $EPOCHREALTIME"
}
deploytrack phase start a
deploytrack phase end a
measure ${command}
measure :
`;
  return { command: [shell, '-c', script], env: { ...world.env, ...copy.env }, folder: copy.folder };
}

/** Marks without a process. */
export const shellMarks: Group = {
  title: 'Marks in a shell',
  unit: null,
  rows: shells.flatMap((shell) => inShell.map((one) => shellRow(shell, one))),
};
