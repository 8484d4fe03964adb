import { execFile } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';
import { serve } from '../support/serve.ts';

const script = fileURLToPath(new URL('../../examples/docker/deploy-with-tracking', import.meta.url));

/** A replacement for `docker` that records its arguments and runs the given script. */
async function run(program: Program, { body, url }: { body: string; url: string }) {
  const docker = join(program.folder, 'docker');
  writeFileSync(
    docker,
    `#!/usr/bin/env bash\necho "$@" >asked\nenv | grep ^DEPLOYMENT_ | sort >labels\n${body}\n`,
  );
  chmodSync(docker, 0o755);
  const env = {
    ...program.env,
    PATH: `${program.folder}:${process.env.PATH}`,
    DEPLOYTRACK_SERVER: url,
    DEPLOYTRACK_WAIT: '2',
    DEPLOYMENT_COMMIT: 'abc1234',
  };
  return promisify(execFile)(script, ['gateway', '1.2.3', 'web'], { env, cwd: program.folder }).then(
    ({ stdout }) => ({ code: 0, stdout, stderr: '' }),
    ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
      code,
      stdout,
      stderr,
    }),
  );
}

describe('deploy-with-tracking', () => {
  test('deploy-with-tracking starts compose with the labels set and waits until the version is in service', async () => {
    const program = newProgram();
    const { url } = await serve({ program });
    const [node, entry] = program.words;
    const body = `id=$(${node} ${entry} start --deployment gateway --version 1.2.3); ${node} ${entry} finish --id "$id"`;
    expect(await run(program, { body, url })).toEqual({
      code: 0,
      stdout: 'gateway 1.2.3 is in service\n',
      stderr: '',
    });
    expect(readFileSync(join(program.folder, 'asked'), 'utf8')).toBe('compose up --detach --wait web\n');
    expect(readFileSync(join(program.folder, 'labels'), 'utf8').replace(/(TIMESTAMP=)\d{10}$/m, '$1…')).toBe(
      'DEPLOYMENT_COMMIT=abc1234\nDEPLOYMENT_ENVIRONMENT=production\nDEPLOYMENT_NAME=gateway\nDEPLOYMENT_TIMESTAMP=…\nDEPLOYMENT_VERSION=1.2.3\n',
    );
  });

  test('deploy-with-tracking exits with the code of compose, or with 1 if the version does not appear', async () => {
    const program = newProgram();
    const { url } = await serve({ program });
    expect((await run(program, { body: 'exit 7', url })).code).toBe(7);
    const unseen = await run(program, { body: 'exit 0', url });
    expect([unseen.code, unseen.stderr]).toEqual([
      1,
      expect.stringContaining('does not report it in service'),
    ]);
  });
});
