import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Call } from '../timed.ts';
import type { World } from '../world.ts';
import type { PeerName } from './peers.ts';

/** One call of a program of others. */
export interface PeerCall {
  readonly name: string;
  readonly needs: readonly PeerName[];
  readonly every?: number;
  call(world: World): Promise<Call>;
}

/** They add a row to a database of their own and push one gauge. */
function marking(
  name: string,
  needs: readonly PeerName[],
  command: (world: World) => Promise<string[]>,
): PeerCall {
  return {
    name,
    needs: ['pushgateway', ...needs],
    call: async (world) => ({
      command: [
        ...(await command(world)),
        join(world.folder, `${needs[0]}.db`),
        world.gateway?.url ?? '',
        'build',
      ],
      env: world.env,
      folder: world.folder,
    }),
  };
}

const inTree = (world: World, file: string) => join(world.root, 'test/bench/peers', file);

export const python = marking('Python with `sqlite3` and `prometheus_client`', ['python'], async (world) => [
  '/usr/bin/python3',
  inTree(world, 'push.py'),
]);
export const byHand = marking(
  'bash with `date`, `sqlite3` and `curl`',
  ['sqlite3', 'curl'],
  async (world) => ['bash', inTree(world, 'by-hand.sh')],
);
export const go = marking('A small program in Go', ['go'], async (world) => [await goMark(world)]);

/** Built by Debian's Go with Debian's packages; nothing is downloaded. */
const goMark = (world: World) =>
  world.once('go', async () => {
    const file = join(world.folder, 'go-mark');
    const env = {
      ...world.env,
      GO111MODULE: 'off',
      GOPATH: '/usr/share/gocode',
      GOCACHE: join(world.folder, 'go-cache'),
      GOFLAGS: '-tags=libsqlite3',
    };
    await promisify(execFile)('go', ['build', '-o', file, inTree(world, 'mark.go')], { env });
    return file;
  });
