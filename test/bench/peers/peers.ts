import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program of others that is measured, or with which is measured. */
interface Peer {
  /** What `scripts/install-tools` calls it, or the npm package with its version. */
  readonly from: { readonly tool: string } | { readonly npm: string };
  /** Prints its version. */
  readonly version: readonly string[];
}

/** npm puts them there, apart from the dependencies; Git ignores it. */
export const npmFolder = '.node/peers';

const peers = {
  pushgateway: debian('prometheus-pushgateway', 'prometheus-pushgateway --version'),
  python: debian('prometheus-client', '/usr/bin/python3 --version'),
  sqlite3: debian('sqlite3', 'sqlite3 --version'),
  curl: debian('curl', 'curl --version'),
  time: debian('time', '/usr/bin/time --version'),
  zsh: debian('zsh', 'zsh --version'),
  hyperfine: debian('hyperfine', 'hyperfine --version'),
  go: debian('go-sqlite3', 'go version'),
  sentry: npm('@sentry/cli@3.8.0'),
  datadog: npm('@datadog/datadog-ci@5.25.0'),
} as const satisfies Record<string, Peer>;

/** `anotherNode`: what is measured is measured on two Nodes. */
export type PeerName = keyof typeof peers | 'anotherNode';

function debian(tool: string, version: string): Peer {
  return { from: { tool }, version: version.split(' ') };
}

function npm(name: string): Peer {
  return { from: { npm: name }, version: [] };
}

/** Why each of these cannot be used; those that can are missing. Installs what may be installed. */
export function missingPeers(root: string, names: readonly PeerName[]): Map<PeerName, string> {
  const missing = new Map<PeerName, string>();
  const wanted = names.filter((name) => name !== 'anotherNode');
  if (wanted.some((name) => 'npm' in peers[name].from)) installFromNpm(root);
  for (const name of wanted) {
    const { from } = peers[name];
    const why = 'npm' in from ? whyNotFromNpm(root, from.npm) : whyNotInstalled(root, from.tool);
    if (why !== null) missing.set(name, why);
  }
  return missing;
}

function whyNotInstalled(root: string, tool: string): string | null {
  const { status, stderr } = spawnSync(join(root, 'scripts/install-tools'), [tool], {
    cwd: root,
    encoding: 'utf8',
  });
  return status === 0 ? null : (stderr.trim().split('\n').at(-1) ?? `${tool} is missing`);
}

/** All at once, since npm removes what it is not told of. No script of theirs runs: one would download from elsewhere. */
function installFromNpm(root: string): void {
  const packages = Object.values(peers).flatMap(({ from }) => ('npm' in from ? [from.npm] : []));
  if (packages.every((name) => whyNotFromNpm(root, name) === null)) return;
  spawnSync(
    'bash',
    ['-c', '. scripts/node.sh; npm_into "$@" --ignore-scripts', 'bash', npmFolder, ...packages],
    { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] },
  );
}

function whyNotFromNpm(root: string, spec: string): string | null {
  const at = spec.lastIndexOf('@');
  const file = join(root, npmFolder, 'node_modules', spec.slice(0, at), 'package.json');
  if (!existsSync(file)) return `npm could not install ${spec}`;
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string };
  return version === spec.slice(at + 1) ? null : `${spec} is wanted, and ${version} is installed`;
}

/** What each of them says of its version. */
export function versionsOf(names: readonly PeerName[]): string[] {
  return names.flatMap((name) => {
    if (name === 'anotherNode') return [];
    const { from, version } = peers[name];
    if ('npm' in from) return [from.npm.replace(/^(.*)@/, '$1 ')];
    const [file = '', ...args] = version;
    const { stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
    const [first = ''] = `${stdout}${stderr}`.split('\n');
    const [, number = ''] = /(\d+(?:\.\d+)+\S*)/.exec(first) ?? [];
    return [`${name} ${number.replace(/,$/, '')}`.trim()];
  });
}
