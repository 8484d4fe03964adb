import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { startHttp } from '../probe/endpoint.ts';
import { notRoot } from '../support/because.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { asOther } from './otherAccount.ts';

vi.setConfig({ testTimeout: 60_000 });

const name = 'deploytrack.yaml';
const oneWarning = /^deploytrack: warning: [^\n]+\ndeploytrack: hint: [^\n]+\n$/;

describe('Settings files that cannot be read', () => {
  test.each<[string, (path: string) => void]>([
    ['a folder', (path) => mkdirSync(path)],
    ['a pipe', (path) => execFileSync('mkfifo', [path])],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['a link to nothing', (path) => symlinkSync('nowhere', path)],
  ])('a wrapped command runs with one warning if %s is in place of the settings file', async (_, lay) => {
    const program = newProgram();
    const id = await startDeployment(program);
    lay(join(program.folder, name));
    const words = ['phase', 'run', 'x', '--id', id, '--', 'sh', '-c', 'exit 3'];
    const end = await program.run(words);
    expect([end.code, end.stderr]).toEqual([3, expect.stringMatching(oneWarning)]);
    expect(end.stderr).toContain(`${name} was not read: `);
    expect((await program.run(['phase', 'start', 'y', '--strict', '--id', id])).code).toBe(0);
    expect((await program.run(['history'])).code).toBe(0);
    const doctor = await program.run(['doctor']);
    expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringMatching(/^WRONG .*was not read: /m)]);
  });

  test.each<[string, (path: string) => void]>([
    ['a text that is not UTF-8', (path) => writeFileSync(path, Buffer.from([0x61, 0x3a, 0x20, 0xe4]))],
    ['a file larger than any settings', (path) => writeFileSync(path, '#'.repeat(1_048_577))],
  ])(
    '%s as the settings file gives one warning, and is an error wherever an invalid setting is one',
    async (_, lay) => {
      const program = newProgram();
      const id = await startDeployment(program);
      lay(join(program.folder, name));
      const end = await program.run(['phase', 'run', 'x', '--id', id, '--', 'sh', '-c', 'exit 3']);
      expect([end.code, end.stderr]).toEqual([3, expect.stringMatching(oneWarning)]);
      expect(end.stderr).toContain(`${name} was not read: `);
      expect((await program.run(['phase', 'start', 'y', '--id', id])).code).toBe(0);
      for (const [words, code] of [
        [['phase', 'start', 'z', '--strict', '--id', id], 2],
        [['history'], 2],
        [['doctor'], 1],
      ] as const) {
        const { code: exit, stdout, stderr } = await program.run(words);
        expect([words, exit, `${stdout}${stderr}`]).toEqual([
          words,
          code,
          expect.stringContaining(`${name} was not read: `),
        ]);
      }
    },
  );

  test.skipIf(notRoot())(
    'a wrapped command runs with one warning if this account may not read the settings file',
    async () => {
      const program = newProgram();
      const ledger = { DEPLOYTRACK_LEDGER: join(program.folder, 'runtime', 'l.db'), DEPLOYTRACK_ID: 'none' };
      writeFileSync(join(program.folder, name), 'environment: qa\n', { mode: 0o600 });
      const end = await asOther(program, ['phase', 'run', 'x', '--', 'sh', '-c', 'exit 3'], { env: ledger });
      expect(end.code).toBe(3);
      expect(end.stderr).toMatch(
        /warning: the settings file \S+ was not read: EACCES\ndeploytrack: hint: .*`chmod a\+r \S+`\n/,
      );
      const reading = await asOther(program, ['history'], { env: ledger });
      expect([reading.code, reading.stderr]).toEqual([2, expect.stringContaining('was not read: EACCES')]);
      const doctor = await asOther(program, ['doctor'], { env: ledger });
      expect(doctor.stdout).toMatch(/^WRONG .*was not read: EACCES/m);
    },
  );
});

describe('Secrets that cannot be used', () => {
  const words: readonly (readonly string[])[] = [
    ['init'],
    ['phase', 'record', 'x', '--duration', '1s'],
    ['phase', 'run', 'x', '--', 'true'],
    ['smoke', 'login', '--', 'true'],
    ['error-rate', '0.1'],
    ['cost', 'vm', '1'],
    ['rollback', '--reason', 'manual'],
    ['push'],
    ['push', '--wait', '1500ms'],
    ['push', '--delete'],
    ['finish', '--wait', '1500ms'],
    ['run', '--deployment', 'app', '--version', '2', '--', 'true'],
  ];
  test.each([
    ['its file is missing', { DEPLOYTRACK_GATEWAY_TOKEN_FILE: 'hunter' }, 'cannot be read (ENOENT)'],
    ['it has a control character', { DEPLOYTRACK_GATEWAY_TOKEN: 'hunter\u00012' }, 'a header cannot contain'],
    [
      'it has characters beyond Latin-1',
      { DEPLOYTRACK_GATEWAY_TOKEN: 'hunter→2' },
      'a header cannot contain',
    ],
    [
      'one of its headers cannot be sent',
      { DEPLOYTRACK_GATEWAY_HEADERS: 'X-A: hunter→2' },
      'a header cannot contain',
    ],
    [
      'the user name has a colon',
      { DEPLOYTRACK_GATEWAY_USERNAME: 'hunter:2', DEPLOYTRACK_GATEWAY_PASSWORD: 'p' },
      'has a colon',
    ],
  ])(
    'a gateway secret that cannot be used gives one reason and no second warning if %s',
    async (_, secret, why) => {
      const { program, env } = await withGateway(secret);
      for (const one of words) {
        const end = await program.run(one, { env });
        const lines = end.stderr.split('\n').filter((line) => line.includes('warning'));
        expect([one, lines]).toEqual([one, [expect.stringContaining(why)]]);
        expect(end.code).toBe(one[0] === 'push' ? 1 : 0);
        if (!('DEPLOYTRACK_GATEWAY_TOKEN_FILE' in secret)) expect(end.stderr).not.toContain('hunter');
      }
      const wrapped = await program.run(['phase', 'run', 'x', '--', 'sh', '-c', 'exit 3'], { env });
      expect(wrapped.code).toBe(3);
      const doctor = await program.run(['doctor'], { env });
      const wrong = doctor.stdout.split('\n').filter((line) => line.startsWith('WRONG'));
      expect(wrong).toEqual([expect.stringContaining(why)]);
    },
  );

  async function withGateway(
    secret: Record<string, string>,
  ): Promise<{ program: Program; env: typeof secret }> {
    const program = newProgram();
    const { port } = await startHttp((_, response) => void response.writeHead(200).end(''));
    const DEPLOYTRACK_ID = await startDeployment(program);
    return { program, env: { DEPLOYTRACK_ID, PUSHGATEWAY_URL: `http://127.0.0.1:${port}`, ...secret } };
  }
});

test('a textfile that cannot be written and a fault of the gateway are both reported', async () => {
  const program = newProgram();
  const DEPLOYTRACK_ID = await startDeployment(program);
  mkdirSync(join(program.folder, 'sealed'));
  writeFileSync(join(program.folder, 'sealed', 'file'), '');
  chmodSync(join(program.folder, 'sealed', 'file'), 0o400);
  const env = {
    DEPLOYTRACK_ID,
    PUSHGATEWAY_URL: 'http://127.0.0.1:1',
    DEPLOYTRACK_GATEWAY_TOKEN_FILE: 'none',
  };
  const end = await program.run(['push', '--textfile', 'sealed/file'], { env });
  expect(end.stderr).toContain('sealed/file');
  expect(end.stderr).toContain('DEPLOYTRACK_GATEWAY_TOKEN_FILE: none cannot be read');
});
