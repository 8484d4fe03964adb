import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** A child that hangs would hold the test without end, because no timer of the test runs until it returns. */
const limit = { timeout: 90_000, killSignal: 'SIGKILL' } as const;

/** Whether this account may make one: root, with namespaces. */
export const canMakeRoots =
  process.platform === 'linux' &&
  spawnSync('unshare', ['--mount', '--net', '--pid', '--fork', 'true'], limit).status === 0;

/**
 * A root folder for `inRoot`, with nothing but these programs, the libraries that they are linked with, places for these folders,
 * and places to write to. `linked` are files outside of it whose libraries are needed too.
 */
export function emptyRoot({
  programs,
  folders = [],
  linked = [],
}: {
  programs: readonly string[];
  folders?: readonly string[];
  linked?: readonly string[];
}): string {
  const root = mkdtempSync(join(tmpdir(), 'root-'));
  chmodSync(root, 0o755);
  for (const name of ['dev', 'etc', 'opt', 'proc', 'srv', 'tmp', 'usr/bin', 'usr/local/bin', 'var/lib'])
    mkdirSync(join(root, name), { recursive: true });
  chmodSync(join(root, 'tmp'), 0o1777);
  symlinkSync('usr/bin', join(root, 'bin'));
  const files = programs.map((name) => ({ name, file: pathOf(name) }));
  for (const { name, file } of files) {
    copy(file, join(root, file));
    const inPath = join(root, 'usr/bin', basename(name));
    if (!existsSync(inPath)) symlinkSync(file, inPath);
  }
  for (const folder of folders) mkdirSync(join(root, folder), { recursive: true });
  const shared = folders.flatMap((folder) => sharedObjects(folder));
  for (const library of librariesOf([...files.map(({ file }) => file), ...shared, ...linked]))
    copy(library, join(root, library));
  return root;
}

/**
 * Runs a script in it by its bash, without any network and with those folders of this machine at their places, and ends all that
 * it left; its output. Throws if it fails.
 */
export function inRoot(
  root: string,
  { folders, script }: { folders: readonly string[]; script: string },
): string {
  const run = `root=$1 script=$2; shift 2
    mount --bind /dev "$root/dev" && mount -t proc proc "$root/proc" || exit
    for folder; do mount --bind -o ro "$folder" "$root$folder" || exit; done
    exec chroot "$root" /usr/bin/bash -c "$script"`;
  const words = ['--mount', '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', run, 'sh', root, script];
  const end = spawnSync('unshare', [...words, ...folders], {
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' },
    encoding: 'utf8',
    ...limit,
  });
  if (end.status !== 0)
    throw new Error(
      `exit ${end.status ?? end.signal}: ${end.error?.message ?? ''}\n${end.stdout}${end.stderr}`,
    );
  return end.stdout;
}

function pathOf(program: string): string {
  return realpathSync(
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { encoding: 'utf8', ...limit }).trim(),
  );
}

function sharedObjects(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.so'))
    .map((name) => join(folder, name));
}

/** As the linker finds them; a program may be linked with none. */
function librariesOf(files: readonly string[]): string[] {
  const { stdout } = spawnSync('ldd', [...files], { encoding: 'utf8', ...limit });
  const paths = [...stdout.matchAll(/(?:=> |^\t)(\/\S+) \(0x/gm)].map(([, path]) => path as string);
  return [...new Set(paths)];
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
