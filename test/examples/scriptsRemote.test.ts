import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { because } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { noSshd, type Sshd, startSshd } from '../support/sshd.ts';
import { startSwitchedService } from '../support/switchedService.ts';
import { archive, type Input, isThere, recorded, runBoth, type ScriptRun, standIn } from './shapes.ts';

const hosts = ['web-1', 'web-2', 'web-3'];
const missing = noSshd ?? (isThere('rsync') ? undefined : 'no rsync');

describe.skipIf(because(missing !== undefined, missing ?? ''))('Scripts that work on other hosts', () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd(hosts, { ownFolders: true });
    standIn(path.join(sshd.remoteBin, 'systemctl'), 'source "./on-$1"');
  });
  afterAll(() => sshd.stop());

  /** Makes the folders of the hosts empty, and writes what `systemctl <action>` does there. */
  function clear(actions: Input): void {
    for (const host of hosts) {
      rmSync(sshd.folderOf(host), { recursive: true, force: true });
      mkdirSync(sshd.folderOf(host));
      for (const [action, text] of Object.entries(actions))
        writeFileSync(path.join(sshd.folderOf(host), `on-${action}`), text);
    }
  }

  describe('parallel-hosts.sh', () => {
    async function deploy(reload: string) {
      const both = await runBoth({
        script: 'parallel-hosts.sh',
        args: ['1.4'],
        path: [sshd.bin],
        oneByOne: true,
        prepare(folder) {
          clear({ reload });
          mkdirSync(path.join(folder, 'public'));
          writeFileSync(path.join(folder, 'public/index.html'), 'hello\n');
          return { SITE_ROOT: 'site' };
        },
      });
      // The hosts are done in any order.
      const sorted = ({ stdout, ...end }: typeof both.end) => ({ ...end, stdout: stdout.split('\n').sort() });
      expect(sorted(both.end)).toEqual(sorted(both.before));
      return both;
    }
    const ofHost = (host: string) =>
      ['activate', 'copy', 'cutover', 'prepare', 'verify'].map((stage) => `site@${host}/${stage} success`);

    test('the phases of three hosts in parallel are told apart, those on the hosts too', async () => {
      const { program, end } = await deploy('true');
      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(recorded(program)).toEqual({
        deployments: [{ status: 'success', error: null, exit_code: null }],
        phases: ['site/assemble success', ...hosts.flatMap(ofHost)],
        warnings: [],
      });
    });

    test('the error of a host that failed has its name, the phase and the reason', async () => {
      const { program, end } = await deploy(
        'if [[ $DEPLOY_HOST == web-2 ]]; then echo "Job for site.service failed." >&2; exit 3; fi',
      );
      expect(end).toMatchObject({ code: 1, stderr: 'Job for site.service failed.\n' });
      const open = 'still open when the command ended: exit code 3';
      expect(recorded(program)).toEqual({
        deployments: [{ status: 'failed', error: `phase cutover (site@web-2): ${open}`, exit_code: 1 }],
        phases: [
          'site/assemble success',
          ...ofHost('web-1'),
          'site@web-2/activate failed 3: exit code 3',
          'site@web-2/copy success',
          `site@web-2/cutover failed: ${open}`,
          'site@web-2/prepare success',
          'site@web-2/verify success',
          ...ofHost('web-3'),
        ],
        warnings: [],
      });
      expect((await program.run(['show'])).stdout).toMatch(
        /^stderr +\(site@web-2\/activate\)\n +Job for site\.service failed\.$/m,
      );
    });
  });

  describe('over-ssh.sh', () => {
    async function deploy({ migration, during }: { migration: string } & Pick<ScriptRun, 'during'>) {
      const both = await runBoth({
        script: 'over-ssh.sh',
        args: ['web-1', 'release.tar.gz', '1.4'],
        path: [sshd.bin],
        oneByOne: true,
        ...(during === undefined ? {} : { during }),
        async prepare(folder) {
          const service = await startSwitchedService('1.3');
          onTestFinished(() => service.stop());
          const to = `${new URL(service.healthUrl).origin}/switch?downMs=300`;
          const version = '$(basename "$(readlink app/current)")';
          clear({ stop: 'true', start: `curl --silent --output /dev/null "${to}&version=${version}"` });
          archive(path.join(folder, 'release.tar.gz'), { 'migrations/1.sh': migration });
          return { APP_ROOT: 'app', APP_URL: service.healthUrl };
        },
      });
      expect(both.end).toEqual(both.before);
      return both;
    }

    test('a script that is sent to a host records its phases, the downtime there and the health check', async () => {
      const { program, end } = await deploy({ migration: 'touch "$1/table"' });
      expect(end).toMatchObject({
        code: 0,
        stdout: 'none was replaced by 1.4\nweb-1 serves 1.4\n',
        stderr: '',
      });
      const remote = ['cutover', 'extract', 'health_check', 'health_check', 'migration'];
      expect(recorded(program)).toEqual({
        deployments: [{ status: 'success', error: null, exit_code: null }],
        phases: [...remote, 'release', 'remove_old', 'upload'].map((stage) => `app/${stage} success`),
        warnings: [],
      });
      const [row] = program.rows(
        `SELECT instance, downtime_duration AS down, cutover_duration AS cutover, health_check_success AS healthy,
          (SELECT clock FROM deployment_stages WHERE stage = 'cutover') AS clock FROM deployment_metrics`,
      );
      expect(row).toEqual({
        instance: 'web-1',
        down: row?.cutover,
        cutover: row?.down,
        healthy: 1,
        clock: 'remote',
      });
      expect(row?.down).toBeGreaterThan(0.25);
    });

    test('a connection that is lost in the middle leaves the phase that was open as failed', async () => {
      // The connection is lost once the mark of the phase has arrived.
      const sshdOfScript = `$(awk '/^PPid/ { print $2 }' "/proc/$PPID/status")`;
      const migration = `until [ -e lose ]; do sleep 0.1; done; kill -KILL "${sshdOfScript}" "$PPID"; exit 9`;
      const { program, end } = await deploy({
        migration,
        async during({ rows }, how) {
          const sql = "SELECT 1 FROM deployment_stages WHERE stage = 'migration'";
          if (how === 'tracked') await eventually(() => rows(sql)[0], { what: 'mark of the migration' });
          writeFileSync(path.join(sshd.folderOf('web-1'), 'lose'), '');
        },
      });
      expect(end.code).toBe(255);
      const open = 'still open when the command ended: exit code 255';
      expect(recorded(program)).toEqual({
        deployments: [{ status: 'failed', error: `phase migration: ${open}`, exit_code: 255 }],
        phases: [
          'app/extract success',
          `app/migration failed: ${open}`,
          'app/release failed 255: exit code 255',
          'app/upload success',
        ],
        warnings: [],
      });
    });
  });
});
