/** A deployment as a script makes it, in the words that every shell knows. */
export interface Story {
  readonly title: string;
  /** What comes after the line that loads the integration, if there is one. */
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What must be in the ledger: the status, and each phase with its status and exit code. */
  readonly status: string | null;
  readonly phases: readonly string[];
  /** Where the shell runs no trap at this end, the deployment stays open. */
  readonly needsTrap?: true;
  /** Words before the shell. */
  readonly before?: readonly string[];
}

const begin = `DEPLOYTRACK_ID=$(deploytrack start); export DEPLOYTRACK_ID\n`;
const onExit = `trap 'deploytrack finish --on-exit $? || :' EXIT\n`;

export const stories: readonly Story[] = [
  {
    title: 'a deployment that succeeds',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
deploytrack phase end build
deploytrack migrate -- sh -c 'exit 0'
deploytrack smoke login -- true
deploytrack finish
exit 0`,
    status: 'success',
    phases: ['build success null', 'migration success 0'],
  },
  {
    title: 'marks in subshells, pipes, conditions, with noclobber, and with an odd IFS',
    script: `set -euC
${begin}${onExit}IFS=:
deploytrack phase start odd-name
deploytrack phase end odd-name
unset IFS
(deploytrack phase start sub --service h1; deploytrack phase end sub --service h1 --exit-code 3)
deploytrack phase start piped | cat
deploytrack phase end piped 2>&1 | cat
deploytrack phase run dump -- echo a | cat >/dev/null
if deploytrack phase run question --try -- sh -c 'exit 4'; then exit 9; else test $? -eq 4; fi
f() { return 5; }
deploytrack phase start f
rc=0
f || rc=$?
deploytrack phase end f --exit-code $rc
deploytrack finish --status warning`,
    status: 'warning',
    phases: [
      'dump success 0',
      'f failed 5',
      'odd_name success null',
      'piped success null',
      'question failed 4',
      'sub failed 3',
    ],
  },
  {
    title: 'a wrapped command that fails under set -e',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
deploytrack phase end build
deploytrack migrate -- sh -c 'exit 3'
echo never`,
    status: 'failed',
    phases: ['build success null', 'migration failed 3'],
  },
  {
    title: 'a step between two marks that fails under set -e',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
deploytrack phase end build
deploytrack phase start unpack
sh -c 'exit 7'
echo never`,
    status: 'failed',
    phases: ['build success null', 'unpack failed null'],
  },
  {
    title: 'a function that fails under set -e',
    script: `set -eu
${begin}${onExit}unpack() {
  sh -c 'exit 7'
  echo never
}
deploytrack phase start unpack
unpack
echo never`,
    status: 'failed',
    phases: ['unpack failed null'],
    needsTrap: true,
  },
  {
    title: 'exit 0 in the middle, with a trap that decides by the exit code',
    script: `set -eu
${begin}trap 'rc=$?; echo cleanup; deploytrack finish --exit-code $rc || :' EXIT
deploytrack phase start build
deploytrack phase end build
exit 0
echo never`,
    status: 'success',
    phases: ['build success null'],
  },
  {
    title: 'exit 0 in the middle, with a trap that expects finish',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
deploytrack phase end build
exit 0`,
    status: 'failed',
    phases: ['build success null'],
  },
  {
    title: 'exec as the last line, after finish',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
deploytrack phase end build
deploytrack finish
exec sh -c 'exit 4'`,
    status: 'success',
    phases: ['build success null'],
  },
  {
    title: 'SIGTERM while a phase is open',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
kill -TERM $$
sleep 9`,
    status: 'failed',
    phases: ['build failed null'],
    needsTrap: true,
  },
  {
    title: 'Ctrl-C while a wrapped command runs',
    script: `set -eu
${begin}${onExit}deploytrack phase run build -- sh -c 'kill -INT 0; sleep 9'
sleep 9`,
    status: 'failed',
    phases: ['build failed null'],
    needsTrap: true,
  },
  {
    title: 'exit in subshells, substitutions and background steps',
    script: `set -eu
${begin}${onExit}deploytrack phase start build
(exit 3) || echo handled
text=$(echo hi; exit 0)
(deploytrack phase start part; exit 0) &
wait
deploytrack phase end build
deploytrack phase end part
deploytrack finish`,
    status: 'success',
    phases: ['build success null', 'part success null'],
  },
  {
    title: 'exit in a function that is called in a function',
    script: `set -eu
${begin}${onExit}die() { exit 4; }
step() { die; }
deploytrack phase start build
step`,
    status: 'failed',
    phases: ['build failed null'],
  },
  {
    title: 'a gateway that is dead',
    env: { PUSHGATEWAY_URL: 'http://127.0.0.1:1' },
    script: `set -eu
${begin}${onExit}deploytrack phase start build
deploytrack phase end build
deploytrack finish`,
    status: 'success',
    phases: ['build success null'],
  },
  {
    title: 'a ledger on a disk that becomes read-only',
    before: ['unshare', '-m'],
    script: `set -eu
mkdir disk
mount -t tmpfs none disk
DEPLOYTRACK_LEDGER=$PWD/disk/d.db; export DEPLOYTRACK_LEDGER
${begin}${onExit}deploytrack phase start build
mount -o remount,ro disk
deploytrack phase end build
deploytrack phase start unpack
mount -o remount,rw disk
deploytrack phase end unpack
deploytrack finish
cp disk/d.db* .`,
    status: 'success',
    phases: ['build success null', 'unpack success null'],
  },
];
