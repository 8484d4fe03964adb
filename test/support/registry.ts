import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Registry {
  readonly url: string;
  close(): void;
}

type Manifest = Record<string, unknown> & { name: string; version: string };

/**
 * A registry on loopback that npm installs from like any other: it offers the packages of this checkout's
 * node_modules, in the installed versions.
 */
export async function startRegistry(): Promise<Registry> {
  const tarballs = new Map<string, Buffer>();
  const tarball = (folder: string): Buffer => {
    const bytes = tarballs.get(folder) ?? packed(folder);
    tarballs.set(folder, bytes);
    return bytes;
  };
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '').slice(1);
    const known = path.endsWith('.tgz')
      ? [path.slice(0, -4)].filter((one) => locked().includes(one))
      : foldersOf(path);
    if (known[0] === undefined) response.writeHead(404).end('{}');
    else if (path.endsWith('.tgz')) response.end(tarball(known[0]));
    else {
      const versions = known.map((folder) => versionOf(folder, { url, bytes: tarball(folder) }));
      response.end(JSON.stringify(packument(path, versions)));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url, close };
}

/** Every package folder of the lock file that npm has installed. */
function locked(): string[] {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, unknown>;
  };
  return Object.keys(packages).filter((folder) => folder !== '' && existsSync(join(root, folder)));
}

function foldersOf(name: string): string[] {
  return locked().filter((folder) => folder.endsWith(`node_modules/${name}`));
}

/** As `npm pack` would, except for the order of the files. */
function packed(folder: string): Buffer {
  const words = ['-czf', '-', '--exclude=./node_modules', '--transform=s,^\\.,package,'];
  return execFileSync('tar', [...words, '-C', join(root, folder), '.'], { maxBuffer: 2 ** 30 });
}

/** Metadata of one version: npm's own check for install scripts is not needed, as there are none. */
function versionOf(folder: string, { url, bytes }: { url: string; bytes: Buffer }): Manifest {
  const manifest = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as Manifest;
  const integrity = `sha512-${createHash('sha512').update(bytes).digest('base64')}`;
  return { ...manifest, dist: { tarball: `${url}/${folder}.tgz`, integrity } };
}

/** https://github.com/npm/registry/blob/main/docs/responses/package-metadata.md */
function packument(name: string, versions: readonly Manifest[]): object {
  return {
    name,
    'dist-tags': { latest: versions[0]?.version },
    versions: Object.fromEntries(versions.map((one) => [one.version, one])),
  };
}
