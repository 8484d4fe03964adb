import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const program = '/usr/sbin/sshd';

/** Why no server can be started here; undefined if one can. */
export const noSshd = existsSync(program) ? undefined : 'no sshd';

/** An OpenSSH server on loopback with keys of its own; nothing of the host's configuration is read or changed. */
export interface Sshd {
  /** A folder for PATH, whose `ssh` reaches the server under each of the names. */
  readonly bin: string;
  /** A folder for programs of the remote side, first in its PATH. There DEPLOY_HOST is the name that was called. */
  readonly remoteBin: string;
  /** The folder of a name, with `ownFolders`. */
  folderOf(name: string): string;
  stop(): Promise<void>;
}

export interface SshdOptions {
  /** Each name has a folder of its own, in which its commands start: `folderOf`. */
  readonly ownFolders?: boolean;
  /** A command that a client can ask for by the name `powershell`. */
  readonly subsystem?: string;
}

/** Starts a server that answers under these names, for the account that runs the tests. */
export async function startSshd(
  names: readonly string[],
  { ownFolders = false, subsystem }: SshdOptions = {},
): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-sshd-'));
  const at = (name: string) => join(folder, name);
  for (const key of ['host', 'user'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', key, '-f', at(key)]);
  for (const name of ['bin', 'remote', 'home']) mkdirSync(at(name));
  const port = await freePort();
  writeFileSync(at('authorized'), readFileSync(at('user.pub')));
  writeFileSync(at('known'), `[127.0.0.1]:${port} ${readFileSync(at('host.pub'), 'utf8')}`);
  const inFolder = 'ForceCommand cd "$HOME/$DEPLOY_HOST" && exec bash -c "$SSH_ORIGINAL_COMMAND"\n';
  writeFileSync(
    at('sshd_config'),
    `${serverConfig({ port, at })}${subsystem === undefined ? '' : `Subsystem powershell ${subsystem}\n`}${ownFolders ? inFolder : ''}`,
  );
  writeFileSync(at('ssh_config'), names.map((name) => clientConfig({ name, port, at })).join('\n'));
  writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F '${at('ssh_config')}' "$@"\n`);
  chmodSync(at('bin/ssh'), 0o755);
  const child = spawn(...serverCommand(at('sshd_config')), { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const answers = () => {
    if (child.exitCode !== null) throw new Error(`sshd: ${said}`);
    return isAnswering(port);
  };
  await eventually(answers, { what: 'sshd answers' });
  return {
    bin: at('bin'),
    remoteBin: at('remote'),
    folderOf: (name) => at(`home/${name}`),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Place {
  readonly port: number;
  readonly at: (name: string) => string;
}

function serverConfig({ port, at }: Place): string {
  return `ListenAddress 127.0.0.1:${port}
HostKey ${at('host')}
PidFile none
AuthorizedKeysFile ${at('authorized')}
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
MaxStartups 50
PrintMotd no
PrintLastLog no
AcceptEnv DEPLOY_HOST
SetEnv HOME=${at('home')} PATH=${at('remote')}:/usr/local/bin:/usr/bin:/bin
`;
}

function clientConfig({ name, port, at }: Place & { name: string }): string {
  return `Host ${name}
  HostName 127.0.0.1
  Port ${port}
  User ${userInfo().username}
  IdentityFile ${at('user')}
  IdentitiesOnly yes
  UserKnownHostsFile ${at('known')}
  GlobalKnownHostsFile none
  StrictHostKeyChecking yes
  BatchMode yes
  LogLevel ERROR
  SetEnv DEPLOY_HOST=${name}
`;
}

/** Root's server needs /run/sshd, which it gets in a namespace of its own. */
function serverCommand(config: string): [string, string[]] {
  const words = ['-D', '-e', '-f', config];
  if (userInfo().uid !== 0 || existsSync('/run/sshd')) return [program, words];
  const script = 'mount -t tmpfs none /run && mkdir -m 755 /run/sshd && exec "$@"';
  return ['unshare', ['--mount', 'sh', '-c', script, 'sh', program, ...words]];
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function isAnswering(port: number): Promise<true | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (isThere: true | undefined) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.on('error', () => done(undefined));
    socket.on('data', () => done(true));
  });
}
