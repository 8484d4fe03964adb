import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSite, type Site } from './site.ts';

let site: Site;

beforeAll(async () => {
  site = await openSite();
});

afterAll(() => site.close());

/** Runs the lines between the opening and the end of a script as the contract draws it; the row it leaves. */
async function deploy(version: string, lines: string): Promise<Record<string, unknown> | undefined> {
  const script = path.join(site.folder, `${version}.sh`);
  const opening = `set -euo pipefail
DEPLOYTRACK_ID=$(deploytrack start --deployment retries --version ${version}); export DEPLOYTRACK_ID
trap 'deploytrack finish --on-exit $? || :' EXIT
`;
  // Fails until it was tried for the third time.
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

describe('a phase retried until it worked', () => {
  it('does not fail a deployment when its tries are marked as such, and keeps a row of each', async () => {
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

  it('does not fail a deployment without that either: its latest run decides', async () => {
    const lines = `until deploytrack phase run warm_up -- "\${flaky[@]}"; do :; done`;
    expect(await deploy('latest', lines)).toEqual({
      code: 0,
      deployment_status: 'success',
      error_message: null,
    });
  });
});

describe('a phase that never worked', () => {
  it('was a question when it was marked as a try: the deployment succeeds', async () => {
    const lines = 'deploytrack phase run asked --try -- false || :';
    expect(await deploy('asked', lines)).toMatchObject({ deployment_status: 'success' });
  });

  it('fails the deployment that went on without it', async () => {
    const lines = 'deploytrack phase run needed -- false || :';
    const row = await deploy('needed', lines);
    expect(row).toMatchObject({ deployment_status: 'failed', error_message: 'phase needed: exit code 1' });
  });

  it('is a warning when that was allowed', async () => {
    const lines = 'deploytrack phase run allowed --allow-failure -- false || :';
    expect(await deploy('allowed', lines)).toMatchObject({ deployment_status: 'warning' });
  });
});
