import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from './site.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

/**
 * Runs these lines between the start and the end of a script in the form of the contract; returns its row.
 */
async function deploy(version: string, lines: string): Promise<Record<string, unknown> | undefined> {
  const script = path.join(site.folder, `${version}.sh`);
  const opening = `set -euo pipefail
DEPLOYTRACK_ID=$(deploytrack start --deployment retries --version ${version}); export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
`;
  // Fails twice and succeeds the third time.
  const flaky = `flaky=(bash -c 'echo x >>"$1"; (( $(wc -l <"$1") >= 3 ))' flaky "${script}.tries")\n`;
  writeFileSync(script, `${opening}${flaky}${lines}\ndeploytrack finish\n`);
  const { code } = await site.run('bash', [script]);
  const [row] = site.query(
    `SELECT deployment_status, error_message FROM deployment_metrics WHERE version = '${version}'`,
  );
  return { code, ...row };
}

function runs(version: string): Record<string, unknown>[] {
  return site.query(`SELECT s.status, s.exit_code, s.judged FROM deployment_stages s
    JOIN deployment_metrics d USING (deployment_id) WHERE d.version = '${version}' ORDER BY s.id`);
}

describe('Phase that succeeds after retries', () => {
  it('retries with --try do not fail the deployment, and each has a row', async () => {
    const lines = `until deploytrack phase run warm_up --try -- "\${flaky[@]}"; do :; done`;
    expect(await deploy('tries', lines)).toEqual({
      code: 0,
      deployment_status: 'success',
      error_message: null,
    });
    expect(runs('tries')).toEqual([
      { status: 'failed', exit_code: 1, judged: 'no' },
      { status: 'failed', exit_code: 1, judged: 'no' },
      { status: 'success', exit_code: 0, judged: 'no' },
    ]);
  });

  it('retries without --try do not fail the deployment either, because the latest run decides', async () => {
    const lines = `until deploytrack phase run warm_up -- "\${flaky[@]}"; do :; done`;
    expect(await deploy('latest', lines)).toEqual({
      code: 0,
      deployment_status: 'success',
      error_message: null,
    });
  });
});

describe('Phase that always fails', () => {
  it('a failed phase with --try does not fail the deployment', async () => {
    const lines = 'deploytrack phase run asked --try -- false || :';
    expect(await deploy('asked', lines)).toMatchObject({ deployment_status: 'success' });
  });

  it('a failed phase fails the deployment even if the script continued', async () => {
    const lines = 'deploytrack phase run needed -- false || :';
    const row = await deploy('needed', lines);
    expect(row).toMatchObject({ deployment_status: 'failed', error_message: 'phase needed: exit code 1' });
  });

  it('a failed phase with --allow-failure gives the deployment the status warning', async () => {
    const lines = 'deploytrack phase run allowed --allow-failure -- false || :';
    expect(await deploy('allowed', lines)).toMatchObject({ deployment_status: 'warning' });
  });
});
