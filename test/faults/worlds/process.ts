import type { Fault } from '../fault.ts';

export const processFaults: readonly Fault[] = [
  {
    title: 'PID namespace of its own',
    world: { line: 'exec unshare --pid --fork --mount-proc "$@"' },
  },
  {
    title: 'no /proc',
    world: { line: `exec unshare --mount sh -c 'mount -t tmpfs none /proc; exec "$@"' sh "$@"` },
  },
  { title: 'closed standard input', world: { line: 'exec "$@" <&-' }, hasNoInput: true },
  {
    title: 'full standard output',
    world: { line: 'exec "$@" > /dev/full' },
    hasNoOutput: true,
    says: /cannot be written/,
    commandSays: /cat: write error: No space left on device\n/,
    codes: { history: 1, doctor: 1 },
  },
  { title: 'closed standard error', world: { line: 'exec "$@" 2>&-' }, hasNoErrors: true },
  { title: 'full standard error', world: { line: 'exec "$@" 2>/dev/full' }, hasNoErrors: true },
  { title: 'no HOME', world: { line: 'unset HOME; exec "$@"' } },
  {
    title: 'environment with nothing but the ledger and the gateway',
    world: {
      line: 'exec env -i DEPLOYTRACK_LEDGER="$DEPLOYTRACK_LEDGER" PUSHGATEWAY_URL="$PUSHGATEWAY_URL" DEPLOYTRACK_GATEWAY_TIMEOUT=20s "$@"',
    },
  },
  { title: 'umask 0777', world: { account: 54_321, line: 'umask 0777; exec "$@"' } },
  { title: 'limit of 32 open files', world: { line: 'ulimit -n 32; exec "$@"' } },
  // doctor reports the clock.
  { title: 'clock set back by a day', world: { stub: 'yesterday' }, codes: { doctor: 1 } },
  { title: 'heap of 20 MiB', world: { env: { NODE_OPTIONS: '--max-old-space-size=20' } } },
];
