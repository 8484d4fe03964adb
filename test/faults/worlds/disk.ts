import type { Fault } from '../fault.ts';

const onDisk = (options: string) => ({
  isOnDisk: true,
  space: {
    flags: ['--mount'],
    setUp: `mount -t tmpfs -o ${options} none disk; echo ready; exec sleep infinity`,
  },
});
/** The ledger's own log has no room of its own left. */
const whole = 'sqlite3 "$LEDGER" "PRAGMA wal_checkpoint(TRUNCATE)" > /dev/null';
const full = 'cat /dev/zero > disk/ballast 2> /dev/null || :';

export const diskFaults: readonly Fault[] = [
  {
    title: 'full disk',
    world: { ...onDisk('size=1m'), begin: `${whole}; ${full}`, end: 'rm disk/ballast' },
    says: /the disk is full/,
    codes: { push: 1, doctor: 1 },
  },
  {
    title: 'nearly full disk',
    world: {
      ...onDisk('size=1m'),
      begin: `${whole}; ${full}; truncate -s -40k disk/ballast`,
      end: 'rm disk/ballast',
    },
    says: /the disk is full/,
    codes: { push: 1, doctor: 1 },
  },
  {
    title: 'disk without free inodes',
    world: {
      ...onDisk('size=8m,nr_inodes=40'),
      begin: `${whole}; i=0; while touch disk/i$i 2>/dev/null; do i=$((i+1)); done`,
      end: 'rm disk/i*',
    },
    says: /no free inode/,
    codes: { push: 1, doctor: 1 },
  },
  {
    title: 'disk mounted read-only',
    world: { ...onDisk('size=8m'), begin: 'mount -o remount,ro disk', end: 'mount -o remount,rw disk' },
    says: /is mounted read-only/,
    codes: { push: 1, doctor: 1 },
  },
  {
    title: 'limit of 16 KiB for the size of files',
    world: { line: 'ulimit -f 16; exec "$@"' },
    says: /may write files of at most 16384 bytes/,
    codes: { push: 1, history: 1, doctor: 1 },
  },
  {
    title: 'temporary folder that does not exist',
    world: { env: { TMPDIR: '/nonexistent' } },
  },
  {
    title: 'working folder that was removed',
    world: { line: 'mkdir gone; cd gone; rmdir ../gone; exec "$@"' },
    commandSays: /sh: 0: getcwd\(\) failed: .*\n/,
  },
];
