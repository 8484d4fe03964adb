import { copyFileSync, statSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { placeOf } from '../faults/world.ts';
import { because, notRoot } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { manyDeployments } from '../support/manyDeployments.ts';
import { endOf, newProgram } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const command = ['prune', '--keep', '400d'];
const [old, young] = [250, 250];
/** Of each deployment, so that freeing their space takes a while. */
const tailBytes = 40_000;

let ledger: string;
let olderLedger: string;
/** Half of the deployments are old; the other ledger is of a version whose file does not shrink. */
beforeAll(async () => {
  const program = await manyDeployments(old + young);
  ledger = program.ledger;
  const database = new Sqlite(ledger);
  database.exec(`UPDATE deployment_stages SET stderr_tail = hex(zeroblob(${tailBytes / 2}));
    UPDATE deployment_metrics SET deployment_started_at = '2020-' || substr(deployment_started_at, 6),
      deployment_completed_at = '2020-' || substr(deployment_completed_at, 6) WHERE id > ${young}`);
  database.pragma('wal_checkpoint(TRUNCATE)');
  olderLedger = `${ledger}.older`;
  copyFileSync(ledger, olderLedger);
  database.close();
  const older = new Sqlite(olderLedger);
  older.exec('PRAGMA auto_vacuum = NONE; VACUUM; PRAGMA wal_checkpoint(TRUNCATE)');
  older.close();
});

const all = `SELECT count(*) AS deployments, (SELECT count(*) FROM deployment_stages) AS stages,
  (SELECT sum(value) FROM totals) AS total, (SELECT integrity_check FROM pragma_integrity_check) AS sound FROM deployment_metrics`;
const state = (deployments: number, total: unknown) => [
  { deployments, stages: 2 * deployments, total, sound: 'ok' },
];

test.each([
  { what: 'in small steps', older: false },
  { what: 'of an older version, all at once', older: true },
])(
  'a prune that is killed while it frees space $what leaves a sound ledger, and the next one finishes',
  async ({ older }) => {
    const program = newProgram();
    copyFileSync(older ? olderLedger : ledger, program.ledger);
    const [{ total } = { total: null }] = program.rows(all);
    const size = (end: string) => statSync(program.ledger + end, { throwIfNoEntry: false })?.size ?? 0;
    const frees = () => {
      if (older) return size('-wal') > (young * tailBytes) / 2;
      const [found] = program.rows(
        'SELECT freelist_count AS free, (SELECT count(*) FROM deployment_metrics) AS n FROM pragma_freelist_count',
      );
      return found?.n === young && Number(found.free) > 100 && size('') < statSync(ledger).size;
    };
    const child = program.spawn(command);
    await eventually(() => (frees() ? true : undefined), { what: 'freed space', everyMs: 1 });
    child.kill('SIGKILL');
    expect((await endOf(child)).signal).toBe('SIGKILL');
    expect(program.rows(all)).toEqual(state(young, total));
    expect(await program.quiet([...command, '--dry-run'])).toContain('nothing to delete');
    await program.quiet(command);
    expect(program.rows(all)).toEqual(state(young, total));
    expect(size('')).toBeLessThan(0.7 * statSync(ledger).size);
  },
);

test.skipIf(notRoot() || because(process.platform !== 'linux', 'not Linux'))(
  'a prune on a full disk fails with one line and deletes nothing in part; with a little room it finishes',
  async () => {
    const space = {
      flags: ['--mount'],
      setUp: 'mount -t tmpfs -o size=64m none disk; echo ready; exec sleep infinity',
    };
    const place = await placeOf({ isOnDisk: true, space }, {});
    onTestFinished(() => place.stop());
    place.shell(`cp '${ledger}' "$LEDGER"; cat /dev/zero > disk/ballast 2> /dev/null || :`);
    const failed = await endOf(place.spawn(command, true));
    expect([failed.code, failed.stdout]).toEqual([1, '']);
    expect(failed.stderr).toMatch(
      /^deploytrack: error: the ledger \S+ cannot grow: the disk is full\ndeploytrack: hint: [^\n]+\n$/,
    );
    place.shell('truncate -s -600k disk/ballast');
    const [{ total } = { total: null }] = place.rows(all.replaceAll('\n', ' '));
    expect(place.rows(all.replaceAll('\n', ' '))).toEqual(state(old + young, total));
    expect(await endOf(place.spawn(command, true))).toMatchObject({ code: 0, stderr: '' });
    expect(place.rows(all.replaceAll('\n', ' '))).toEqual(state(young, total));
  },
);
