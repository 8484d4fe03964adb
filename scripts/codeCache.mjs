// Lays a code cache beside the parts that are loaded most: runs commands once, as a user does, and keeps what was compiled.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const folder = mkdtempSync(join(tmpdir(), 'deploytrack-build-'));
const server = createServer((request, response) => request.resume().on('end', () => response.end()));
await new Promise((ready) => server.listen(0, '127.0.0.1', ready));
const env = {
  PATH: process.env.PATH,
  HOME: folder,
  DEPLOYTRACK_LEDGER: join(folder, 'deployments.db'),
  DEPLOYTRACK_DEPLOYMENT: 'build',
  PUSHGATEWAY_URL: `http://127.0.0.1:${server.address().port}`,
  DEPLOYTRACK_GATEWAY_TIMEOUT: '5s',
};
const id = ['--id', 'build'];
try {
  // The parts of a mark hold what marks need, and nothing more: all of a cache is read at each start.
  await run([], [['start', '--version', '1.0.0', ...id]]);
  await run(
    ['deploytrack.cjs', 'session.cjs', 'marks.cjs', 'rolldown-runtime.cjs'],
    [
      ['phase', 'start', 'build', ...id],
      ['phase', 'end', 'build', ...id],
    ],
  );
  await run(
    ['cli.cjs', 'help.cjs', 'deployment.cjs', 'doctor.cjs', 'ledger.cjs', 'reading.cjs', 'shared.cjs'],
    [
      ['start', '--version', '1.0.1', '--id', 'other'],
      ['finish', '--id', 'other'],
      ['history'],
      ['show', 'other'],
      ['stats'],
      ['doctor'],
      ['--help'],
    ],
  );
} finally {
  server.close();
  rmSync(folder, { recursive: true, force: true });
}

/** Runs these commands in one process, which then writes the caches of these parts. */
async function run(parts, commands) {
  const words = ['scripts/recordCode.cjs', JSON.stringify({ parts, commands })];
  await promisify(execFile)(process.execPath, words, { env });
}
