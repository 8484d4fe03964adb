import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Site } from './site.ts';

/** What the stopwatch measured of one deployment. */
export interface Measured {
  /** Seconds of each phase, by the command that the script used. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Seconds that a bare Node took to start and end before each command: the delay of a busy machine. */
  readonly bareStarts: readonly number[];
}

/**
 * Adds a stopwatch to the scripts of a site: pressed as the first and last action of a wrapped command, right
 * after `phase start` and right before `phase end`. Independent of the program.
 */
export function installStopwatch(site: Site): { read(version: string): Measured } {
  const real = path.join(site.bin, 'deploytrack-itself');
  renameSync(path.join(site.bin, 'deploytrack'), real);
  const press = path.join(site.bin, 'stopwatch');
  executable(path.join(site.bin, 'deploytrack'), inFront(real, press));
  executable(press, around);
  return {
    read(version) {
      const file = path.join(site.folder, `stopwatch-${version}`);
      return measured(existsSync(file) ? readFileSync(file, 'utf8') : '');
    },
  };
}

function inFront(real: string, press: string): string {
  return `#!/usr/bin/env bash
bare_start() {
  local before=$EPOCHREALTIME
  node -e 0
  echo "bare $before $EPOCHREALTIME" >>"$STOPWATCH"
}
bare_start
case "$1 \${2:-}" in
  'phase start') '${real}' "$@"; code=$?; echo "$3 start $EPOCHREALTIME" >>"$STOPWATCH"; exit $code ;;
  'phase end') echo "$3 end $EPOCHREALTIME" >>"$STOPWATCH" ;;
esac
words=() seen=
for word in "$@"; do
  words+=("$word")
  if [[ $word == -- && -z $seen ]]; then words+=('${press}' "$1"); seen=1; fi
done
exec '${real}' "\${words[@]}"
`;
}

const around = `#!/usr/bin/env bash
echo "$1 start $EPOCHREALTIME" >>"$STOPWATCH"
"\${@:2}"
code=$?
echo "$1 end $EPOCHREALTIME" >>"$STOPWATCH"
exit $code
`;

function executable(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, 0o755);
}

function measured(log: string): Measured {
  const seconds: Record<string, number> = {};
  const bareStarts: number[] = [];
  for (const [word = '', first = '', second = ''] of log.split('\n').map((line) => line.split(' '))) {
    if (word === 'bare') bareStarts.push(Number(second) - Number(first));
    else if (word !== '')
      seconds[word] = (seconds[word] ?? 0) + (first === 'end' ? Number(second) : -Number(second));
  }
  return { seconds, bareStarts };
}
