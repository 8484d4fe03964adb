import { readFileSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { initStore } from '../../src/fleet/initStore.ts';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { oneProblemWithHint, oneWarningWithHint } from '../cli/lines.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { type Postgres, postgresPrograms, startPostgres } from '../support/postgres.ts';
import { authenticated, greeting, int32, message, ready } from '../support/postgresMessages.ts';
import { newProgram } from '../support/program.ts';
import { startRawServer } from '../support/rawServer.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Sends zeros for as long as somebody reads them. */
function flood(socket: Socket): void {
  const zeros = Buffer.alloc(1 << 20);
  const go = () => {
    while (!socket.destroyed && socket.write(zeros));
  };
  socket.on('drain', go);
  go();
}

/** After the greeting, to the first statements. */
const toQuery = (answer: Buffer) => (socket: Socket) => {
  socket.write(greeting);
  socket.once('data', () => socket.write(answer));
};
const atOnce = (answer: Buffer) => (socket: Socket) => void socket.write(answer);

const answers: [string, (socket: Socket) => void][] = [
  ['an error without an end', atOnce(message('E', 'SERROR'))],
  ['an empty error', atOnce(message('E'))],
  ['a notice without an end', atOnce(message('N', 'SNOTICE\0'))],
  ['an unknown way to authenticate', atOnce(message('R', int32(99)))],
  ['an authentication that is cut', atOnce(message('R'))],
  [
    'a message of four gigabytes',
    (socket) => {
      socket.write(Buffer.concat([authenticated, message('D', '', 0xfffffff0)]));
      flood(socket);
    },
  ],
  ['a message that is shorter than its head', atOnce(message('S', '', 3))],
  ['an error without an end to a query', toQuery(message('E', 'SERROR'))],
  ['a description of rows that is cut', toQuery(message('T', '\x75\x30'))],
  [
    'a row that nobody described',
    toQuery(
      Buffer.concat([message('D', Buffer.concat([Buffer.from([0, 1]), int32(1), Buffer.from('x')])), ready]),
    ),
  ],
  ['a notification that is cut', toQuery(message('A', 'x'))],
];

test.each(answers)('%s costs a warning and nothing else', async (_, answer) => {
  const server = await startRawServer(answer);
  onTestFinished(() => server.stop());
  const env = { DEPLOYTRACK_STORE_URL: `${server.url.replace('http://', 'postgres://u:p@')}/db` };
  const program = newProgram();
  const end = await program.run(
    ['run', '--deployment', 'app', '--version', '1', '--', 'sh', '-c', 'echo out; exit 7'],
    { env },
  );
  expect([end.code, end.stdout]).toEqual([7, 'out\n']);
  const warning = oneProblemWithHint(end);
  expect(warning).toMatch(/ its answer cannot be read: .*wait in the ledger/s);
  expect(await program.run(['fleet'], { env })).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^deploytrack: error: the store \S+ cannot be reached: its answer cannot be read: .*\n.*hint: .*\n$/,
    ),
  });
});

test('a password or a token that a server repeats is neither shown nor kept', async () => {
  const server = await startRawServer((socket) => {
    // Asks for the password in clear text, and refuses it.
    socket.write(message('R', int32(3)));
    socket.once('data', (sent) => {
      const said = sent.subarray(5, -1).toString();
      const text = `password "${said}" is wrong, token=ghp_abcdefghijklmnopqrstuvwxyz0123456789`;
      socket.write(message('E', `SFATAL\0C28P01\0M${text}\0\0`));
    });
  });
  onTestFinished(() => server.stop());
  const url = `${server.url.replace('http://', 'postgres://u:hunter2pw@')}/db`;
  const program = newProgram({ env: { DEPLOYTRACK_STORE_URL: url } });
  const end = await program.run(['run', '--deployment', 'app', '--version', '1', '--', 'true']);
  expect(end.stderr).toMatch(/password "\*\*\*" is wrong/);
  const [{ error } = {}] = program.rows('SELECT last_error AS error FROM store_state') as {
    error?: string;
  }[];
  expect(error).toMatch(/password "\*\*\*" is wrong/);
  expect(end.stderr + error).not.toMatch(/hunter2|ghp_/);
});

describe.skipIf(because(postgresPrograms === undefined, 'no PostgreSQL'))('A real server', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
    await initStore(fakeContext(), storeAddress(postgres.url));
  }, 180_000);
  afterAll(() => postgres.remove());

  test('that asks for Kerberos is a warning that names pg_hba.conf, and finish exits with 0', async () => {
    postgres.rows('CREATE ROLE kerberos LOGIN');
    const hba = join(postgres.folder, 'data/pg_hba.conf');
    writeFileSync(hba, `host all kerberos all gss\n${readFileSync(hba, 'utf8')}`);
    postgres.rows('SELECT 1 FROM pg_reload_conf()');
    const env = { DEPLOYTRACK_STORE_URL: postgres.url.replace('owner@', 'kerberos@') };
    const program = newProgram();
    const id = await program.quiet(['start', '--deployment', 'app', '--version', '1']);
    const end = await program.run(['finish', '--id', id], { env });
    expect(end.code).toBe(0);
    expect(oneWarningWithHint(end)).toMatch(/scram-sha-256 for this user in pg_hba\.conf/);
    expect(
      await program.run(['gate', '--deployment', 'app', '--store', '--on-error', 'pass'], { env }),
    ).toMatchObject({ code: 0 });
  });
});
