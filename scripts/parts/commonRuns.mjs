// The commands that start most often, as a user runs them: by what they load the parts are cut, and what they compile is kept.

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const deployment = ['--id', 'build'];
const other = ['--id', 'other'];

/** In this order; each is `{ name, words, pushes }`. The first one begins the deployment; those without a name only prepare the next. */
export const commonRuns = [
  { name: 'start', words: ['start', '--version', '1.0.0', ...deployment] },
  { name: 'version', words: ['--version'] },
  { name: 'phase start', words: ['phase', 'start', 'build', ...deployment] },
  { name: 'phase end', words: ['phase', 'end', 'build', ...deployment] },
  { words: ['phase', 'start', 'build', ...deployment], pushes: true },
  { name: 'phase end, pushed', words: ['phase', 'end', 'build', ...deployment], pushes: true },
  { name: 'phase run', words: ['phase', 'run', 'wrapped', ...deployment, '--', 'true'] },
  {
    name: 'phase run, pushed',
    words: ['phase', 'run', 'wrapped', ...deployment, '--', 'true'],
    pushes: true,
  },
  { name: 'finish, pushed', words: ['finish', ...deployment], pushes: true },
  { words: ['start', '--version', '1.0.1', ...other] },
  { name: 'finish', words: ['finish', ...other] },
  { name: 'history', words: ['history'] },
  { name: 'show', words: ['show', 'other'] },
  { name: 'stats', words: ['stats'] },
  { name: 'doctor', words: ['doctor'] },
  { name: 'help', words: ['--help'] },
];

/** Calls back with a new folder and the environment of these commands with and without a gateway, and removes what they left. */
export async function withPlace(work) {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-build-'));
  const server = createServer((request, response) => request.resume().on('end', () => response.end()));
  await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
  const quiet = {
    PATH: process.env.PATH,
    HOME: folder,
    DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
    DEPLOYTRACK_DEPLOYMENT: 'build',
    DEPLOYTRACK_GATEWAY_TIMEOUT: '5s',
  };
  const pushing = { ...quiet, PUSHGATEWAY_URL: `http://127.0.0.1:${server.address().port}` };
  try {
    return await work({ folder, quiet, pushing });
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
