import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { powershell, quietPowershell } from '../examples/powershell.ts';
import { root } from '../readme/document.ts';
import { noPowershell } from '../support/because.ts';
import { endOf, type Program, programFile, rowsOf } from '../support/program.ts';
import { newScriptHost } from './shells.ts';

const run = `exec '${process.execPath}' '${programFile}' "$@"`;

/** What PATH may have as `deploytrack`. */
const programs = {
  archive: `#!/bin/sh\n${run}\n`,
  // As asdf, mise and nix put it there.
  manager: `#!/usr/bin/env bash
if [ -n "$ODD" ]; then
  echo "$1 \${PROMPT-none} \${MSYSTEM-none}" >>"\${0%/*}/calls"
  if [ "$1" = show ]; then echo '{"a":1,"A":2}'; exit; fi
fi
${run}
`,
  'no-version': '#!/bin/sh\necho "no version is set for deploytrack"\nexit 126\n',
  'no-program': '#!/nowhere/sh\n',
};

interface Seen {
  readonly output: readonly string[];
  readonly errors: number;
  readonly healthy: boolean;
}

describe.skipIf(noPowershell())('The program that a copied module finds', () => {
  let host: Program;
  let seen: Record<string, Seen>;
  const inHost = (...names: string[]) => join(host.folder, ...names);

  beforeAll(async () => {
    host = newScriptHost();
    for (const [name, text] of Object.entries(programs)) {
      mkdirSync(inHost(name));
      writeFileSync(inHost(name, 'deploytrack'), text, { mode: 0o755 });
    }
    for (const place of ['copy', 'other/Modules', 'other/shell'])
      cpSync(join(root, 'shell/DeployTrack'), inHost(place, 'DeployTrack'), { recursive: true });
    // Where the package would be if the folder above the module were it.
    mkdirSync(inHost('other/bin'));
    writeFileSync(inHost('other/package.json'), '{\n  "name": "another"\n}\n');
    writeFileSync(inHost('other/bin/deploytrack.js'), '');
    writeFileSync(inHost('other/node'), `#!/bin/sh\ntouch '${inHost('planted')}'\n`, { mode: 0o755 });
    const script = join(root, 'test/shell/powershell/found.ps1');
    const { DEPLOYTRACK_DEPLOYMENT: _d, DEPLOYTRACK_VERSION: _v, ...env } = host.env;
    const { stdout, stderr } = await endOf(
      spawn(powershell ?? '', ['-NoProfile', '-NonInteractive', '-File', script, host.folder], {
        env: {
          ...{ ...env, ...quietPowershell(host.folder) },
          PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
        },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    seen = JSON.parse(stdout || JSON.stringify({ stderr }));
  }, 120_000);
  afterAll(() => rmSync(host.folder, { recursive: true, force: true }));

  const recorded = (name: string) =>
    rowsOf(host.ledger, {
      sql: `SELECT stage, s.status FROM deployment_stages s JOIN deployment_metrics USING (deployment_id)
            WHERE deployment = ? AND stage = 'build'`,
      values: [name],
    });

  test.each(['archive', 'manager'])('it is the launcher of PATH, run as it is: %s', (name) => {
    expect(seen[name]).toEqual({ output: ['runs'], errors: 0, healthy: false });
    expect(recorded(name)).toEqual([{ stage: 'build', status: 'success' }]);
  });

  test.each(['other/Modules', 'other/shell'])('it is not what another package has there: %s', (place) => {
    const warning = expect.stringContaining('cannot be run on this host');
    expect(seen[place]).toEqual({ output: [warning, 'runs'], errors: 0, healthy: false });
    expect(existsSync(inHost('planted'))).toBe(false);
  });

  test('a health check does not fail because of JSON that cannot be read', () => {
    expect(seen.odd).toEqual({ output: ['runs'], errors: 0, healthy: false });
    expect(readFileSync(inHost('manager/calls'), 'utf8')).toContain('show $P$G MINGW64');
  });

  test('on Windows the program does not take its parent for a shell that ends at once', () => {
    const calls = readFileSync(inHost('manager/calls'), 'utf8').trim().split('\n');
    expect(calls.slice(-2)).toEqual(['start none none', 'finish none none']);
  });

  test.each([
    { name: 'crash', why: /exit code 1: Error: Cannot find module '\/missing'; the deployment is not/ },
    { name: 'no version', why: /exit code 126: .*; the deployment is not recorded$/ },
    { name: 'no program', why: /deploytrack cannot be run: .*; the deployment is not recorded$/ },
  ])('a program that does not do its work costs one warning: $name', ({ name, why }) => {
    const warning = expect.stringMatching(why);
    expect(seen[name]).toEqual({ output: [warning, 'runs'], errors: 0, healthy: false });
    expect(recorded(name)).toEqual([]);
  });
});
