import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gateway, startGateway } from '../support/gateway.ts';
import { newProgram, type Program, startDeployment } from '../support/program.ts';
import { freePort } from '../support/server.ts';

let gateway: Gateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.stop());

const wrong = async (program: Program, env: Record<string, string> = {}) => {
  const { code, stdout } = await program.run(['doctor'], { env });
  const lines = stdout.split('\n').filter((line) => line.startsWith('WRONG'));
  expect(code).toBe(lines.length === 0 ? 0 : 1);
  expect(lines.filter((line) => !/ \(hint: .+\)$|; expected /.test(line))).toEqual([]);
  return lines;
};

describe('doctor without problems', () => {
  test('doctor finds no problems without a ledger, a gateway or settings', async () => {
    expect(await wrong(newProgram())).toEqual([]);
  });

  test('doctor calls the warning of an earlier command past, not ok', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    await program.run(['phase', 'end', 'extract', '--id', id]);
    const { code, stdout } = await program.run(['doctor']);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^past +warning of .* extract /m)]);
    expect(stdout).not.toMatch(/^ok .*warning of/m);
  });

  test('doctor finds no problems after a deployment that was pushed', async () => {
    const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
    const id = await startDeployment(program);
    await program.quiet(['finish', '--id', id]);
    expect(await wrong(program)).toEqual([]);
  });
});

describe('doctor with problems', () => {
  test('doctor names the process that holds the ledger, and how to release it', async () => {
    const program = newProgram({ env: { DEPLOYTRACK_LEDGER_TIMEOUT: '200ms' } });
    await startDeployment(program);
    const holder = new Database(program.ledger);
    holder.exec('BEGIN IMMEDIATE');
    const lines = await wrong(program);
    holder.close();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(`process ${process.pid}, which holds it`);
    expect(await wrong(program)).toEqual([]);
  });

  test('doctor names a gateway that does not respond, and what is not pushed yet', async () => {
    const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
    const id = await startDeployment(program);
    const nobody = { PUSHGATEWAY_URL: `http://127.0.0.1:${await freePort()}` };
    await program.run(['finish', '--id', id], { env: nobody });
    expect(await wrong(program, nobody)).toEqual([
      expect.stringMatching(
        /cannot read the gateway .*: connection refused \(hint: start the gateway, .*; then run `deploytrack push`\)$/,
      ),
    ]);
    expect(await wrong(program)).toEqual([
      expect.stringMatching(/not pushed yet \(hint: run `deploytrack push`\)$/),
    ]);
    await program.quiet(['push']);
    expect(await wrong(program)).toEqual([]);
  });

  test('doctor names a group that another ledger pushed last', async () => {
    const env = { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_INSTANCE: 'shared-host' };
    const [first, second] = [newProgram({ env }), newProgram({ env })];
    for (const program of [first, second]) {
      const id = await startDeployment(program);
      await program.quiet(['finish', '--id', id]);
    }
    expect(await wrong(first)).toEqual([
      expect.stringMatching(/another ledger \(.+\) pushed this group last; each host should have one ledger/),
    ]);
    expect(await wrong(second)).toEqual([]);
    expect((await second.run(['doctor'])).stdout).toMatch(/continues from the totals that ledger .+ pushed/);
  });

  test('doctor names an abandoned deployment with the command that finishes it', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const database = new Database(program.ledger);
    database.exec(
      "UPDATE deployment_metrics SET deployment_started_at = '2026-01-14T10:00:00.000Z'; DELETE FROM processes",
    );
    database.close();
    const [line = ''] = await wrong(program);
    expect(line).toContain(`(hint: run \`deploytrack finish --id ${id} --abandoned\`)`);
    await program.quiet(['finish', '--id', id, '--abandoned']);
    expect(await wrong(program)).toEqual([]);
  });

  test('doctor names an invalid setting of a file', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'deploytrack.yaml'), 'gateway: localhost:9091\n', { mode: 0o600 });
    expect(await wrong(program)).toEqual([
      expect.stringMatching(/invalid URL "localhost:9091" for .*gateway; expected /),
    ]);
  });
});

test('doctor reports a proxy only if it is set and not used for the gateway', async () => {
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url } });
  const told = async (env: Record<string, string>) =>
    (await program.run(['doctor'], { env })).stdout.match(/^(ok|WRONG) .*proxy.*/gm) ?? [];
  expect(await told({})).toEqual([]);
  expect(await told({ https_proxy: 'http://u:secret@p:3128' })).toEqual([]);
  expect(await told({ http_proxy: 'http://u:secret@p:3128', ALL_PROXY: 'x' })).toEqual([
    'ok     the proxy in http_proxy and ALL_PROXY is not used; the gateway is contacted directly (hint: to use it, run `export DEPLOYTRACK_GATEWAY_PROXY=environment`)',
  ]);
});

test.each<[string, readonly string[], Record<string, string>]>([
  ['the option', ['--abandon-after', '1ms'], {}],
  ['the environment', [], { DEPLOYTRACK_ABANDON_AFTER: '1ms' }],
])(
  'doctor reports an open deployment as a problem only after it is abandoned by %s',
  async (_, words, env) => {
    const program = newProgram();
    await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'd']);
    const before = await program.run(['doctor']);
    expect(before.stdout).toMatch(/^ok +deployment d \(app\/production\) is (open|running)/m);
    // Its caller is this test process, which is running.
    const database = new Database(program.ledger);
    database.prepare('DELETE FROM processes').run();
    database.close();
    const after = await program.run(['doctor', ...words], { env });
    expect(after.stdout).toMatch(
      /^WRONG +deployment d .*\(hint: run `deploytrack finish --id d --abandoned`\)$/m,
    );
    const patient = await program.run(['doctor', '--abandon-after', '1d']);
    expect(patient.stdout).toMatch(/^ok +deployment d .* is open/m);
  },
);
