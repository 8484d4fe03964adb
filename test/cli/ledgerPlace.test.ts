import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { notRoot } from '../support/because.ts';
import { newProgram, programFile } from '../support/program.ts';
import { oneProblemWithHint } from './lines.ts';
import { inNamespace, partsOf } from './namespace.ts';

vi.setConfig({ testTimeout: 60_000 });

/**
 * A host of its own: empty /var/lib, /tmp and /dev/shm, and an account `deploy` with a home. `user` runs a
 * command as that account, `sudo` as root on its behalf, `root` as root itself, `nobody` as a numeric account
 * without entry or home.
 */
function onHost(script: string): Promise<Record<string, string>> {
  const world = mkdtempSync(join(tmpdir(), 'deploytrack-host-'));
  onTestFinished(() => rmSync(world, { recursive: true, force: true }));
  const prelude = `
    W=/mnt/world; mount --bind ${world} ${world}; mount -t tmpfs -o mode=755 none /mnt
    mkdir /mnt/dt /mnt/node /mnt/world; mount --bind ${dirname(process.execPath)} /mnt/node; mount --bind ${join(dirname(programFile), '..')} /mnt/dt; mount --bind ${world} /mnt/world; chmod 755 /mnt/world
    mount -t tmpfs -o mode=755 none /var/lib; mount -t tmpfs -o mode=1777 none /tmp; mount -t tmpfs -o mode=1777 none /dev/shm
    mkdir $W/home; chown 54321:54321 $W/home; cp /etc/passwd $W/passwd
    echo "deploy:x:54321:54321::$W/home:/bin/sh" >>$W/passwd; mount --bind $W/passwd /etc/passwd; cd /
    set -- /mnt/node/${basename(process.execPath)} /mnt/dt/bin/deploytrack.js; node=$1 bin=$2; ID=
    as() { local uid=$1; shift; setpriv --reuid $uid --regid $uid --clear-groups -- env -i PATH="$PATH" DEPLOYTRACK_DEPLOYMENT=gw \${ID:+DEPLOYTRACK_ID=$ID} "$@" 2>&1; }
    user() { as 54321 HOME=$W/home $node $bin "$@"; }
    nobody() { as $1 $node $bin "\${@:2}"; }
    root() { env -i PATH="$PATH" HOME=/root DEPLOYTRACK_DEPLOYMENT=gw $node $bin "$@" 2>&1; }
    sudo() { env -i PATH="$PATH" HOME=/root SUDO_UID=54321 SUDO_GID=54321 SUDO_USER=deploy $node $bin "$@" 2>&1; }
    own=$W/home/.local/state/deploytrack
  `;
  return inNamespace(prelude + script).then((end) => {
    if (end.stderr !== '') throw new Error(end.stderr);
    return partsOf(end);
  });
}

const stages = (shown: string | undefined): string[] =>
  [...(shown ?? '').matchAll(/^ +"stage": "(.*)"/gm)].map(([, stage = '']) => stage);
const count = (history: string | undefined): number => (JSON.parse(history ?? '') as unknown[]).length;

describe.skipIf(notRoot())('Ledger of the account that calls sudo', () => {
  test('every command run with sudo uses the ledger and the open deployment of the calling account', async () => {
    const parts = await onHost(`
      ID=$(user start --version 2); user phase run a -- true
      ID_OF=$ID; ID=
      echo == words; sudo doctor >/dev/null; echo $?; sudo push --gateway http://127.0.0.1:1 >/dev/null; echo $?
      sudo phase run b -- true; sudo phase start c; sudo phase end c; sudo phase record d --duration 1s --id $ID_OF
      echo == history; sudo history --json
      echo == doctor; sudo doctor
      echo == made; ls /var/lib
      echo == owners; find $own ! -user deploy; stat -c '%a %n' $own/*
      echo == finish; sudo finish --id $ID_OF; echo $?
      echo == show; user show $ID_OF --json
      echo == stats; user stats --json
      echo == marks; ID=$(user start --version 3); user phase run e -- true; user finish; echo $?`);
    expect(parts.words).toBe('0\n1\n');
    expect(count(parts.history)).toBe(1);
    expect(parts.doctor).toMatch(
      /^ledger +\S+\/home\/.local\/state\/deploytrack\/deployments\.db +the account that called sudo$/m,
    );
    expect(parts.made).toBe('');
    expect(parts.owners).toMatch(/^(600 \S+\n)+$/);
    expect(parts.finish).toBe('0\n');
    expect(stages(parts.show).sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(JSON.parse(parts.stats ?? '')).toMatchObject({ total_deployments: 1, successful_deployments: 1 });
    expect(parts.marks).toMatch(/(^|\n)0\n$/);
  });

  test('the journal and the lock hint written with sudo belong to the calling account', async () => {
    const parts = await onHost(`
      ID=$(user start --version 2); ID_OF=$ID; ID=
      { echo 'BEGIN IMMEDIATE;'; sleep 3; } | as 54321 sqlite3 $own/deployments.db & sleep .5
      echo == mark; sudo phase record b --duration 1s --id $ID_OF --ledger-timeout 20ms
      echo == owners; find $own ! -user deploy; ls $own; wait
      echo == show; user show $ID_OF --json
      echo == doctor; user doctor | grep -E '^WRONG|^ok .*journal'`);
    expect(parts.mark).toMatch(/the mark was saved to \S+\/home\/\S+\.journal/);
    expect(parts.owners).toMatch(
      /^deployments\.db\n[\s\S]*deployments\.db\.journal\ndeployments\.db\.locked\n$/,
    );
    expect(stages(parts.show)).toEqual(['b']);
    expect(parts.doctor).toBe('ok     the journal is empty\n');
  });

  test('commands that only read create nothing, neither for root nor for an account', async () => {
    const parts = await onHost(`
      for who in root user sudo; do
        for words in doctor 'push --gateway http://127.0.0.1:1' 'push --dry-run' history 'stats --budget' export 'report --since 7d' 'rules --backtest 9d'; do
          echo == $who $words; $who $words >$W/out; echo $?
        done
      done
      echo == serve; root serve --listen 127.0.0.1:0; echo $?
      echo == made; find /var/lib /tmp /dev/shm $W/home -mindepth 1`);
    const { made, serve, ...looked } = parts;
    expect(made).toBe('');
    expect(serve).toMatch(
      /^deploytrack: error: there is no ledger at \/var\/lib\/deploytrack\/deployments\.db yet\ndeploytrack: hint: [^\n]+\n1\n$/,
    );
    expect(Object.values(looked)).toEqual(Object.keys(looked).map(() => '0\n'));
    expect(Object.keys(looked)).toHaveLength(24);
  });

  test('a mark of root on a host without a ledger creates none, but waits in the fallback until init imports it', async () => {
    const parts = await onHost(`
      echo == without; root phase run a -- true; root import /mnt/dt/package.json >/dev/null; echo $?
      echo == with; root phase record a --duration 1s --id x
      echo == made; ls /var/lib
      echo == report; root stats --budget; echo $?
      echo == init; root init >/dev/null; echo $?; ls /var/lib
      echo == show; root show x --json`);
    expect(parts.without).toMatch(/nothing was recorded/);
    expect(parts.with).toMatch(
      /^deploytrack: warning: there is no ledger at \/var\/lib\/deploytrack\/deployments\.db yet; the mark was saved to \/(dev\/shm|tmp)\//,
    );
    expect(parts.made).toBe('');
    expect(parts.report).toMatch(
      /^deploytrack: error: marks wait in \S+: there is no ledger at .*\n(deploytrack: hint: .*\n)?1\n$/,
    );
    expect(parts.init).toBe('0\ndeploytrack\n');
    expect(stages(parts.show)).toEqual(['a']);
  });

  test.each(['init', 'start --version 1', 'run --version 1 -- true'])(
    '`%s` as root creates the ledger of the host',
    async (words) => {
      const parts = await onHost(
        `root ${words} >/dev/null; echo == made; stat -c '%a %U' /var/lib/deploytrack /var/lib/deploytrack/deployments.db`,
      );
      expect(parts.made).toBe('700 root\n600 root\n');
    },
  );

  test('a later ledger of the host does not replace that of an account, and doctor names the second one', async () => {
    const parts = await onHost(`
      ID=$(user start --version 2); root init >/dev/null; chmod 1777 /var/lib/deploytrack; chmod 666 /var/lib/deploytrack/deployments.db
      user phase run a -- true; echo == history; user history --json
      echo == sudo; sudo history --json
      echo == root; root history --json
      echo == doctor; user doctor; echo == of-sudo; sudo doctor
      echo == new; as 54322 HOME=$W/none $node $bin doctor`);
    expect([parts.history, parts.sudo, parts.root].map(count)).toEqual([1, 1, 0]);
    for (const said of [parts.doctor, parts['of-sudo']])
      expect(said).toMatch(
        /^ok +this host has a second ledger, \/var\/lib\/deploytrack\/deployments\.db, with /m,
      );
    // An account without a ledger that may write the host's ledger uses that one.
    expect(parts.new).toMatch(/^ledger +\/var\/lib\/deploytrack\/deployments\.db +the host’s folder$/m);
  });

  test('SUDO_UID applies to root only, for an existing account, and to a ledger that belongs to that account', async () => {
    const parts = await onHost(`
      user start --version 2 >/dev/null
      where() { "$@" doctor | sed -n 's/^ledger  *//p'; }
      of() { env -i PATH="$PATH" HOME=/root SUDO_UID=$1 $node $bin "\${@:2}" 2>&1; }
      echo == it; where of 54321; echo == unknown; where of 54399; echo == root; where of 0; echo == odd; where of 54321x
      echo == user; as 54322 HOME=$W/home SUDO_UID=54321 $node $bin doctor | sed -n 's/^ledger  *//p'
      mv $own/deployments.db $own/real.db; ln $own/real.db $own/deployments.db; echo == second-name; where of 54321
      rm $own/deployments.db; cp $own/real.db $own/deployments.db; echo == roots-file; where of 54321
      rm $own/deployments.db; ln -s /var/lib/other.db $own/deployments.db; cp $own/real.db /var/lib/other.db; chown 54321 /var/lib/other.db; echo == link-out; where of 54321
      rm $own/deployments.db; mv $own/real.db $own/deployments.db; mv $own $W/home/moved; ln -s $W/home/moved $own; echo == link-within; where of 54321
      chmod 777 $W/home/moved; echo == open-folder; where of 54321`);
    const callers = expect.stringContaining('the account that called sudo');
    const hosts = expect.stringContaining('the host’s folder');
    expect(parts).toEqual({
      it: callers,
      unknown: hosts,
      root: hosts,
      odd: hosts,
      user: expect.stringContaining('the home folder'),
      'second-name': hosts,
      'roots-file': hosts,
      'link-out': hosts,
      'link-within': callers,
      'open-folder': hosts,
    });
  });
});

describe.skipIf(notRoot())('Accounts without a home', () => {
  test('accounts without a home have a ledger each, in a folder of their own, with one warning when a deployment starts', async () => {
    const parts = await onHost(`
      echo == first; nobody 54331 start --version 1
      echo == second; nobody 54332 start --version 1
      echo == folders; stat -c '%a %u %n' /tmp/deploytrack-*
      echo == mark; nobody 54331 phase run a -- true; nobody 54331 finish --id $(nobody 54331 history --json | sed -n 's/.*"deployment_id": "\\(.*\\)".*/\\1/p')
      echo == history; nobody 54332 history --json
      echo == doctor; nobody 54331 doctor | grep WRONG
      echo == nowhere; as 54333 HOME=/ $node $bin start --version 1; as 54334 HOME=/nonexistent $node $bin start --version 1; ls -d /tmp/deploytrack-*`);
    for (const said of [parts.first, parts.second])
      expect(said).toMatch(
        /^(\S+\n)?deploytrack: warning: the ledger \/tmp\/deploytrack-5433\d\/deployments\.db is in the temporary folder [^\n]* it may be deleted\ndeploytrack: hint: set a file with --ledger [^\n]*StateDirectory=[^\n]*\n(\S+\n)?$/,
      );
    expect(parts.folders).toBe('700 54331 /tmp/deploytrack-54331\n700 54332 /tmp/deploytrack-54332\n');
    expect(parts.mark).toBe('');
    expect(count(parts.history)).toBe(1);
    expect(parts.doctor).toMatch(/it may be deleted \(hint: set a file/);
    expect(parts.nowhere).toMatch(/\/tmp\/deploytrack-54333\n\/tmp\/deploytrack-54334\n$/);
  });

  test.each([
    [
      'a folder that another account created',
      'mkdir /tmp/deploytrack-54331; chown 54999 /tmp/deploytrack-54331; chmod 777 /tmp/deploytrack-54331',
    ],
    [
      'a folder of another account that nobody else may write',
      'mkdir -m 755 /tmp/deploytrack-54331; chown 54999 /tmp/deploytrack-54331',
    ],
    [
      'a link of another account',
      'mkdir /tmp/trap; chmod 777 /tmp/trap; ln -s /tmp/trap /tmp/deploytrack-54331',
    ],
    [
      'a link to a folder of the account itself',
      'mkdir /tmp/trap; chown 54331 /tmp/trap; ln -s /tmp/trap /tmp/deploytrack-54331',
    ],
    [
      'a folder that others may write',
      'mkdir /tmp/deploytrack-54331; chown 54331 /tmp/deploytrack-54331; chmod 777 /tmp/deploytrack-54331',
    ],
    ['a file', 'touch /tmp/deploytrack-54331'],
  ])(
    '%s in place of the temporary ledger folder is not used, and the mark is saved elsewhere',
    async (_, trap) => {
      const parts = await onHost(`${trap}
      echo == start; nobody 54331 start --version 1; echo == history; nobody 54331 history; echo $?
      echo == laid; find /tmp -type f -size +0`);
      expect(parts.start).toMatch(
        /the folder \/tmp\/deploytrack-54331 is not used for the ledger: [^\n]*; the mark was saved to \/(dev\/shm|tmp)\/(deploytrack-\d+\/)?deploytrack-deployments/,
      );
      expect(parts.history).toMatch(
        /^deploytrack: error: the folder \/tmp\/deploytrack-54331 is not used for the ledger: .*\n(deploytrack: hint: .*\n)?1\n$/,
      );
      expect((parts.laid ?? '').split('\n').filter((path) => /trap|54331/.test(path))).toEqual([]);
    },
  );
});

describe('Relative paths that change their meaning after cd', () => {
  const bare = { DEPLOYTRACK_LEDGER: undefined, DEPLOYTRACK_DEPLOYMENT: 'app' };

  test.skipIf(notRoot())(
    'relative HOME, XDG_STATE_HOME, XDG_RUNTIME_DIR, STATE_DIRECTORY and TMPDIR are ignored',
    async () => {
      const parts = await onHost(`
      where() { as 54321 "$@" $node $bin doctor | sed -n 's/^ledger  *//p'; }
      cd $W/home; mkdir state home
      echo == xdg; where HOME=$W/home XDG_STATE_HOME=state
      echo == home; where HOME=home
      echo == systemd; where HOME=$W/home STATE_DIRECTORY=state:/abs
      echo == empty; where HOME=
      echo == tmp; as 54335 TMPDIR=state $node $bin doctor | sed -n 's/^ledger  *//p'
      echo == marks; as 54335 HOME=$W/home TMPDIR=state XDG_RUNTIME_DIR=state $node $bin phase record a --duration 1s --id x >/dev/null; find $W/home -mindepth 2`);
      const home = expect.stringMatching(
        /^\/mnt\/world\/home\/\.local\/state\/deploytrack\/deployments\.db +the home folder\n$/,
      );
      expect(parts).toEqual({
        xdg: home,
        home,
        systemd: home,
        empty: home,
        tmp: expect.stringMatching(/^\/tmp\/deploytrack-54335\//),
        marks: '',
      });
    },
  );

  test('relative paths in a settings file start at the folder of that file', async () => {
    const program = newProgram();
    const below = join(program.folder, 'a', 'b');
    mkdirSync(below, { recursive: true });
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'ledger: state/x.db\ntextfile: text\n', {
      mode: 0o600,
    });
    mkdirSync(join(program.folder, 'text'));
    const begun = await program.run(['start', '--version', '1'], { env: bare, cwd: below });
    expect(begun).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(program.folder, 'state', 'x.db'))).toBe(true);
    const seen = await program.run(['history', '--json'], { env: bare });
    expect(JSON.parse(seen.stdout)).toHaveLength(1);
  });

  test('a relative DEPLOYTRACK_LEDGER gives a warning when a deployment starts, and in doctor', async () => {
    const program = newProgram();
    const env = { ...bare, DEPLOYTRACK_LEDGER: 'state/x.db' };
    const begun = await program.run(['start', '--version', '1'], { env });
    expect(oneProblemWithHint(begun)).toMatch(
      /warning: DEPLOYTRACK_LEDGER is a relative path; after a `cd` it means another ledger/,
    );
    expect(await program.run(['phase', 'run', 'a', '--', 'true'], { env })).toMatchObject({
      code: 0,
      stderr: '',
    });
    expect((await program.run(['doctor'], { env })).stdout).toMatch(
      /WRONG +DEPLOYTRACK_LEDGER is a relative path/,
    );
    const said = await program.run(['start', '--version', '2', '--ledger', 'other.db'], { env: bare });
    expect(said).toMatchObject({ code: 0, stderr: '' });
  });
});
