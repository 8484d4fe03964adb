import { expect, test } from 'vitest';
import { newProgram } from '../support/program.ts';

test('history and stats say which names the ledger has if none matches, and a filtered ledger is not called empty', {
  timeout: 60_000,
}, async () => {
  const program = newProgram();
  for (const name of ['gateway', 'billing'])
    await program.quiet(['run', '--deployment', name, '--version', '1', '--', 'true']);
  for (const command of [['history'], ['stats'], ['stats', '--phases'], ['stats', '--by', 'version']]) {
    const typo = await program.run([...command, '--deployment', 'gatewy']);
    expect(typo.code).toBe(0);
    expect(typo.stderr).toContain(`no deployment in ${program.ledger} has deployment "gatewy"`);
    expect(typo.stderr).toContain('use one of billing, gateway\n');
  }
  const elsewhere = await program.run(['history', '--deployment', 'billing', '--environment', 'staging']);
  expect(elsewhere.stderr).toContain('use one of production\n');
  expect((await program.run(['history', '--status', 'failed'])).stderr).toContain('has status failed');
  expect(await program.quiet(['history', '--status', 'failed', '--json'])).toBe('[]');
  const [row] = JSON.parse(await program.quiet(['history', '--version', '1', '--limit', '1', '--json']));
  const elsewhat = await program.run(['history', '--host', 'web-9', '--version', '1']);
  expect(elsewhat.stderr).toContain('has host "web-9" and a version that begins with "1"');
  expect(elsewhat.stderr).toContain(`use one of ${row.hostname.toLowerCase()}\n`);
  const ofHost = ['history', '--host', row.hostname.toUpperCase(), '--json'];
  // A setting of `start` is no filter.
  const { stdout } = await program.run(ofHost, { env: { DEPLOYTRACK_VERSION: '9' } });
  expect(JSON.parse(stdout)).toHaveLength(2);
  const empty = newProgram();
  await empty.run(['init']);
  expect((await empty.run(['history'])).stderr).toContain('no deployments in');
});
