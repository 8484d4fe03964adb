import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { newProgram } from '../support/program.ts';
import { type Served, serve } from '../support/serve.ts';
import { generic, github, githubStatus, gitlabDeployment, gitlabPipeline } from './webhookPayloads.ts';

const secret = 'It’s a Secret to Everybody';
const env = {
  DEPLOYTRACK_WEBHOOK_GITHUB_SECRET: secret,
  DEPLOYTRACK_WEBHOOK_GITLAB_TOKEN: secret,
  DEPLOYTRACK_WEBHOOK_GENERIC_SECRET: secret,
};
const serveHooks = () => serve({ run: { env } });
const now = Date.now();
const minute = 60_000;

const signed = (text: string) => `sha256=${createHmac('sha256', secret).update(text).digest('hex')}`;
let deliveries = 0;

interface Sent {
  readonly body: unknown;
  readonly event?: string;
  readonly headers?: Record<string, string>;
}

/** Sends a delivery as its sender does; returns status and body of the response. */
async function send(
  served: Served,
  sender: string,
  { body, event = '', headers = {} }: Sent,
): Promise<[number, string]> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  deliveries += 1;
  const own: Record<string, Record<string, string>> = {
    github: {
      'X-Hub-Signature-256': signed(text),
      'X-GitHub-Event': event,
      'X-GitHub-Delivery': `72d3162e-${deliveries}`,
    },
    gitlab: {
      'X-Gitlab-Token': Buffer.from(secret).toString('latin1'),
      'X-Gitlab-Event': 'Hook',
      'Idempotency-Key': `f5e5f430-${deliveries}`,
    },
    generic: { 'X-Deploytrack-Signature': signed(text) },
  };
  const response = await fetch(`${served.url}/webhook/${sender}`, {
    method: 'POST',
    body: text,
    headers: { 'Content-Type': 'application/json', ...own[sender], ...headers },
  });
  return [response.status, (await response.text()).trimEnd()];
}

const status = (id: number, state: string, at: number, description?: string) => ({
  event: 'deployment_status',
  body: githubStatus(now - 10 * minute, {
    id,
    state,
    at,
    ...(description === undefined ? {} : { description }),
  }),
});
const row = ({ program }: Served) =>
  program.rows(
    'SELECT deployment_id AS id, deployment, environment, instance, version, commit_sha AS commit_sha, deployment_status AS status, total_duration AS total, triggered_by AS who, error_message AS error, url FROM deployment_metrics',
  );
const total = ({ program }: Served, family: string) =>
  program.rows('SELECT labels, value FROM totals WHERE family = ? AND value > 0', family);
const begun = (ms: number) => new Date(Math.floor(ms / 1000) * 1000).toISOString();

describe('GitHub webhooks', () => {
  test('a GitHub deployment that is requested, starts and ends has one row with its facts and is counted once', async () => {
    const served = await serveHooks();
    const asked = { event: 'deployment', body: github(now - 10 * minute) };
    expect(await send(served, 'github', asked)).toEqual([200, 'taken: github-145988746']);
    expect(row(served)).toMatchObject([{ status: 'in-progress', version: 'v2.1.0' }]);
    await send(served, 'github', status(1, 'queued', now - 9 * minute));
    await send(served, 'github', status(2, 'in_progress', now - 5 * minute));
    expect(await send(served, 'github', status(3, 'success', now - 2 * minute))).toEqual([
      200,
      'taken: github-145988746',
    ]);
    expect(row(served)).toEqual([
      {
        id: 'github-145988746',
        deployment: 'Hello-World',
        environment: 'production',
        instance: 'github-codertocat-hello-world',
        version: 'v2.1.0',
        commit_sha: 'f95f852bd8fca8fcc58a9a2d6c842781e32a215e',
        status: 'success',
        total: 180,
        who: 'Codertocat',
        error: null,
        url: 'https://github.com/Codertocat/Hello-World',
      },
    ]);
    await send(served, 'github', status(4, 'inactive', now));
    expect(total(served, 'deployment_total')).toEqual([{ labels: '["success"]', value: 1 }]);
    const facts = served.program.rows(
      "SELECT fact, value FROM deployment_facts WHERE source = 'github' ORDER BY fact",
    );
    expect(Object.fromEntries(facts.map(({ fact, value }) => [fact, value]))).toMatchObject({
      'github.repository': 'Codertocat/Hello-World',
      'github.ref': 'v2.1.0',
      'github.state': 'inactive',
      'github.environment_url': 'https://***@example.com/',
    });
  });

  test('a GitHub deployment that waits for approval is not running, and its duration is right for any order of events', async () => {
    const served = await serveHooks();
    await send(served, 'github', status(1, 'waiting', now - 9 * minute));
    await send(served, 'github', { event: 'deployment', body: github(now - 10 * minute) });
    expect(row(served)).toEqual([]);
    await send(served, 'github', status(2, 'in_progress', now - 3 * minute));
    expect(await send(served, 'github', status(3, 'failure', now - 2 * minute, 'no such table'))).toEqual([
      200,
      expect.stringMatching(/^taken/),
    ]);
    expect(row(served)).toMatchObject([{ status: 'failed', total: 60, error: 'no such table' }]);
    expect(await send(served, 'github', status(4, 'success', now - minute))).toEqual([
      200,
      'ignored: the deployment has already ended',
    ]);
    expect(row(served)).toMatchObject([{ status: 'failed' }]);

    const other = await serveHooks();
    await send(other, 'github', { event: 'deployment', body: github(now - 10 * minute) });
    expect(row(other)).toMatchObject([{ status: 'in-progress' }]);
    await send(other, 'github', status(1, 'waiting', now - 9 * minute));
    expect(row(other)).toEqual([]);
    await send(other, 'github', status(2, 'error', now - 8 * minute));
    expect(row(other)).toMatchObject([{ status: 'failed', total: 120, error: 'GitHub reported error' }]);
  });

  test('a repeated GitHub event is recognized by its delivery ID, and by its own ID in another delivery', async () => {
    const served = await serveHooks();
    const delivery = { 'X-GitHub-Delivery': 'one' };
    const first = { ...status(1, 'success', now), headers: delivery };
    expect(await send(served, 'github', first)).toEqual([200, 'taken: github-145988746']);
    expect(await send(served, 'github', first)).toEqual([200, 'already seen: github-145988746']);
    expect(await send(served, 'github', status(1, 'success', now))).toEqual([
      200,
      'already seen: github-145988746',
    ]);
    expect(await send(served, 'github', { ...status(2, 'inactive', now), headers: delivery })).toMatchObject([
      200,
      expect.stringMatching(/^already seen/),
    ]);
    expect(total(served, 'deployment_total')).toEqual([{ labels: '["success"]', value: 1 }]);
    expect(
      served.program.rows("SELECT count(*) AS n FROM collected_events WHERE source = 'github-delivery'"),
    ).toEqual([{ n: 1 }]);
  });

  test('one of eight simultaneous deliveries of the same GitHub event is accepted', async () => {
    const served = await serveHooks();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => send(served, 'github', status(1, 'success', now))),
    );
    expect(answers.map(([, line]) => line.split(':')[0]).sort()).toEqual([
      ...Array(7).fill('already seen'),
      'taken',
    ]);
    expect(total(served, 'deployment_total')).toEqual([{ labels: '["success"]', value: 1 }]);
  });

  test('a GitHub event as a form with the field payload is accepted too', async () => {
    const served = await serveHooks();
    const body = new URLSearchParams({ payload: JSON.stringify(github(now)) }).toString();
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    expect(await send(served, 'github', { body, event: 'deployment', headers })).toEqual([
      200,
      'taken: github-145988746',
    ]);
  });
});

describe('Environments of webhooks', () => {
  const preview = () => {
    const { deployment, ...rest } = github(now);
    return { ...rest, deployment: { ...deployment, environment: 'pr-17', transient_environment: true } };
  };

  test('a transient environment is ignored unless it is listed, and only listed environments are followed', async () => {
    const served = await serveHooks();
    const sent = { event: 'deployment', body: preview() };
    expect(await send(served, 'github', sent)).toEqual([
      202,
      'ignored: the environment "pr-17" is not accepted',
    ]);
    expect(row(served)).toEqual([]);
    const named = await serve({
      run: { env },
      args: ['--webhook-environment', 'pr-17', '--webhook-environment', 'x'],
    });
    expect(await send(named, 'github', sent)).toEqual([200, 'taken: github-145988746']);
    const other = generic({ event_id: 'a', at: begun(now), status: 'success' });
    expect(await send(named, 'generic', { body: other })).toEqual([
      202,
      'ignored: the environment "production" is not accepted',
    ]);
  });
});

describe('Webhooks next to other deployments', () => {
  test('a webhook deployment that is silent for two hours is not abandoned when another one starts', async () => {
    const served = await serveHooks();
    await send(served, 'github', { event: 'deployment', body: github(now - 120 * minute) });
    const words = [
      'start',
      '--deployment',
      'Hello-World',
      '--instance',
      'github-codertocat-hello-world',
      '--version',
      '3',
    ];
    expect((await served.program.run(words)).stderr).toContain(
      'deployment github-145988746 of Hello-World/production',
    );
    expect(row(served)).toMatchObject([{ status: 'in-progress' }, { status: 'in-progress', version: '3' }]);
  });

  test('a delivery is rejected while the ledger is locked, and accepted when it is sent again', async () => {
    const program = newProgram();
    const served = await serve({ program, run: { env }, args: ['--ledger-timeout', '50ms'] });
    const lock = new Database(program.ledger);
    lock.exec('BEGIN IMMEDIATE');
    const body = generic({ event_id: 'a', at: begun(now), status: 'success' });
    const headers = { 'X-Deploytrack-Delivery': 'd1' };
    expect(await send(served, 'generic', { body, headers })).toEqual([
      503,
      expect.stringContaining('is locked'),
    ]);
    lock.exec('ROLLBACK');
    lock.close();
    expect(await send(served, 'generic', { body, headers })).toEqual([200, 'taken: webhook-deploy-42']);
  });
});

describe('GitLab webhooks', () => {
  test('a GitLab deployment hook and the pipeline hook of its job are one deployment', async () => {
    const served = await serveHooks();
    const ids = 'gitlab-job-796';
    expect(await send(served, 'gitlab', { body: gitlabDeployment('running', now - 4 * minute) })).toEqual([
      200,
      `taken: ${ids}`,
    ]);
    const pipeline = { status: 'running', startedMs: now - 4 * minute, endedMs: null };
    expect(await send(served, 'gitlab', { body: gitlabPipeline(pipeline) })).toEqual([
      200,
      `already seen: ${ids}`,
    ]);
    expect(
      await send(served, 'gitlab', {
        body: gitlabPipeline({ ...pipeline, status: 'failed', endedMs: now - minute }),
      }),
    ).toEqual([200, `taken: ${ids}`]);
    expect(await send(served, 'gitlab', { body: gitlabDeployment('failed', now - minute) })).toEqual([
      200,
      `already seen: ${ids}`,
    ]);
    expect(row(served)).toEqual([
      {
        id: ids,
        deployment: 'test-deployment-webhooks',
        environment: 'staging',
        instance: 'gitlab-root-test-deployment-webhooks',
        version: '279484c09fbe69ededfced8c1bb6e6d24616b468',
        commit_sha: '279484c09fbe69ededfced8c1bb6e6d24616b468',
        status: 'failed',
        total: 180,
        who: 'root',
        error: 'script_failure',
        url: 'https://gitlab.com/root/test-deployment-webhooks/-/jobs/796',
      },
    ]);
    expect(total(served, 'deployment_total')).toEqual([{ labels: '["failure"]', value: 1 }]);
  });

  test('the end of a GitLab deployment alone gives its start only in the pipeline hook', async () => {
    const served = await serveHooks();
    await send(served, 'gitlab', {
      body: gitlabPipeline({ status: 'success', startedMs: now - 3 * minute, endedMs: now - minute }),
    });
    expect(row(served)).toMatchObject([{ status: 'success', total: 120 }]);
    const other = await serveHooks();
    await send(other, 'gitlab', { body: gitlabDeployment('canceled', now) });
    expect(row(other)).toMatchObject([{ status: 'failed', total: 0, error: 'GitLab reported canceled' }]);
    expect(other.program.rows("SELECT value FROM deployment_facts WHERE fact = 'gitlab.start'")).toEqual([
      { value: 'not told: taken as the end' },
    ]);
  });
});

describe('Generic webhooks', () => {
  test('a generic webhook starts and ends a deployment, or records a complete one', async () => {
    const served = await serveHooks();
    const begins = generic({
      event_id: 'a',
      at: begun(now - 4 * minute),
      status: 'in-progress',
      environment: 'test',
      hostname: 'VM-1',
    });
    expect(await send(served, 'generic', { body: begins })).toEqual([200, 'taken: webhook-deploy-42']);
    await send(served, 'generic', {
      body: generic({ event_id: 'b', at: begun(now - 2 * minute), status: 'warning', error_message: 'slow' }),
    });
    const whole = {
      id: '43',
      event_id: 'c',
      status: 'success',
      at: begun(now),
      deployment_started_at: begun(now - minute),
      commit_sha: 'abc',
    };
    await send(served, 'generic', { body: generic(whole) });
    expect(row(served)).toMatchObject([
      {
        id: 'webhook-deploy-42',
        environment: 'test',
        instance: 'vm-1',
        status: 'warning',
        total: 120,
        error: 'slow',
      },
      { id: 'webhook-43', environment: 'production', status: 'success', total: 60, commit_sha: 'abc' },
    ]);
  });

  test.each([
    [{ event_id: undefined }, 'it has no event_id'],
    [{ id: '../x' }, 'its id is missing or invalid'],
    [{ at: '2026-01-14T18:47:15' }, 'its at is missing or invalid; expected a time with a zone'],
    [{ status: 'fine' }, 'its status is missing or unknown; expected in-progress, success, warning, failed'],
    [{ version: ['1'] }, 'it has no deployment and version'],
    [{ environment: 'x'.repeat(300) }, 'its environment is invalid; expected 1 to 255 bytes'],
  ])('the generic webhook %j is rejected with the reason', async (said, why) => {
    const served = await serveHooks();
    const body = generic({ event_id: 'a', at: begun(now), status: 'success', ...said });
    expect(await send(served, 'generic', { body })).toEqual([
      400,
      expect.stringContaining(`refused: ${why}`),
    ]);
    expect(row(served)).toEqual([]);
  });
});

describe('Rejected and ignored webhooks', () => {
  test('a webhook with a truncated or extended signature is rejected', async () => {
    const served = await serveHooks();
    const good = status(1, 'success', now);
    const right = signed(JSON.stringify(good.body));
    for (const wrong of [right.slice(0, -1), right.slice(0, 8), 'sha256=', `${right}0`, right.slice(7)])
      expect(await send(served, 'github', { ...good, headers: { 'X-Hub-Signature-256': wrong } })).toEqual([
        401,
        'refused: invalid signature or token in x-hub-signature-256',
      ]);
    expect(await send(served, 'github', { ...good, headers: { 'X-Hub-Signature-256': right } })).toEqual([
      200,
      expect.stringMatching(/^taken/),
    ]);
  });

  test('a rejected or ignored webhook gets a status and one line, without the secret in the log, and the server keeps running', async () => {
    const served = await serveHooks();
    const good = status(1, 'success', now);
    const cases: [string, Sent, number, RegExp][] = [
      [
        'github',
        { ...good, headers: { 'X-Hub-Signature-256': signed('other') } },
        401,
        /^refused: invalid signature or token in x-hub-signature-256$/,
      ],
      [
        'github',
        { ...good, headers: { 'X-Hub-Signature-256': '' } },
        401,
        /missing header x-hub-signature-256$/,
      ],
      [
        'gitlab',
        { body: gitlabDeployment('success', now), headers: { 'X-Gitlab-Token': 'guess' } },
        401,
        /invalid signature or token in [a-z-]+$/,
      ],
      [
        'github',
        { body: { zen: 'Keep it logically awesome.' }, event: 'ping' },
        202,
        /^ignored: an event of the kind ping$/,
      ],
      ['github', status(2, 'moved', now), 202, /^ignored: the state "moved"$/],
      ['gitlab', { body: { object_kind: 'push', ref: 'refs/heads/master' } }, 202, /kind push$/],
      [
        'gitlab',
        { body: { ...gitlabPipeline({ status: 'success', startedMs: now, endedMs: now }), builds: [] } },
        202,
        /without a job that deploys/,
      ],
      [
        'github',
        { body: '{"half":', event: 'deployment' },
        400,
        /^refused: invalid body; expected a JSON object$/,
      ],
      ['github', { body: { deployment: { id: 'x' } }, event: 'deployment' }, 400, /names no deployment/],
      ['github', status(3, 'success', now - 4 * 86_400_000), 409, /older than --webhook-window$/],
      ['github', status(4, 'success', now + 3_600_000), 409, /is in the future$/],
      ['generic', { body: ' '.repeat(1_100_000) }, 413, /request body too large/],
    ];
    for (const [sender, sent, code, line] of cases)
      expect(await send(served, sender, sent)).toEqual([code, expect.stringMatching(line)]);
    expect(
      served.program.rows('SELECT 1 FROM deployment_metrics UNION SELECT 1 FROM collected_events'),
    ).toEqual([]);
    expect(await send(served, 'github', good)).toEqual([200, expect.stringMatching(/^taken/)]);
    await served.stop();
    const lines = served.log().filter(({ message }) => message === 'webhook');
    expect(lines).toHaveLength(cases.length); // The too long one was rejected before it was read.
    expect(lines[0]).toMatchObject({ level: 'warning', sender: 'github', outcome: 'refused' });
    expect(JSON.stringify(served.log())).not.toContain('Secret to Everybody');
  });

  test('an invalid --webhook-window is a usage error before a ledger is created', async () => {
    const program = newProgram();
    const end = await program.run(['serve', '--listen', '127.0.0.1:0', '--webhook-window', 'soon']);
    expect([end.code, end.stderr]).toEqual([
      2,
      expect.stringContaining('invalid duration "soon" for --webhook-window'),
    ]);
    expect(existsSync(program.ledger)).toBe(false);
  });

  test('a webhook without a secret is rejected with the reason, a secret from a file is used, and GET is rejected', async () => {
    const program = newProgram();
    writeFileSync(join(program.folder, 'secret'), `${secret}\n`);
    const files = {
      DEPLOYTRACK_WEBHOOK_GENERIC_SECRET_FILE: 'secret',
      DEPLOYTRACK_WEBHOOK_GITLAB_TOKEN_FILE: 'none',
    };
    const served = await serve({ program, run: { env: files }, args: ['--webhook-window', '1h'] });
    expect(await send(served, 'github', status(1, 'success', now))).toEqual([
      403,
      'refused: webhooks from github are disabled: DEPLOYTRACK_WEBHOOK_GITHUB_SECRET is not set',
    ]);
    expect(await send(served, 'gitlab', { body: {} })).toEqual([
      503,
      'refused: the secret of this webhook cannot be read',
    ]);
    const reason = 'DEPLOYTRACK_WEBHOOK_GITLAB_TOKEN_FILE: none cannot be read (ENOENT)';
    await eventually(() => served.log().find(({ message }) => message === reason), { what: 'its reason' });
    const body = generic({ event_id: 'a', at: begun(now), status: 'success' });
    expect(await send(served, 'generic', { body })).toEqual([200, expect.stringMatching(/^taken/)]);
    expect(
      await send(served, 'generic', { body: { ...body, event_id: 'b', at: begun(now - 2 * 3_600_000) } }),
    ).toEqual([409, expect.stringContaining('older')]);
    expect((await fetch(`${served.url}/webhook/generic`)).status).toBe(405);
  });

  test.each([
    ['variable', { DEPLOYTRACK_WEBHOOK_GENERIC_SECRET: '' }],
    ['file', { DEPLOYTRACK_WEBHOOK_GENERIC_SECRET_FILE: '/dev/null' }],
  ])('the server does not start with a webhook secret from an empty %s', async (kind, named) => {
    const program = newProgram({ env: named });
    if (kind === 'file') {
      writeFileSync(join(program.folder, 'none'), '');
      Object.assign(program.env, { DEPLOYTRACK_WEBHOOK_GENERIC_SECRET_FILE: 'none' });
    }
    const end = await program.run(['serve', '--listen', '127.0.0.1:0']);
    expect([end.code, end.stdout]).toEqual([2, '']);
    expect(end.stderr).toMatch(/DEPLOYTRACK_WEBHOOK_GENERIC_SECRET.* is empty/);
  });

  test.each([
    ['a pipe', 'pipe'],
    ['a device', '/dev/zero'],
  ])(
    'a webhook secret that is %s is reported at start, authenticates nothing and blocks nothing',
    async (_, file) => {
      const program = newProgram();
      execFileSync('mkfifo', [join(program.folder, 'pipe')]);
      const named = { DEPLOYTRACK_WEBHOOK_GENERIC_SECRET_FILE: file };
      const served = await serve({ program, run: { env: named } });
      expect(JSON.stringify(served.log()[0])).toContain('DEPLOYTRACK_WEBHOOK_GENERIC_SECRET_FILE');
      expect(await send(served, 'generic', { body: {} })).toEqual([
        503,
        'refused: the secret of this webhook cannot be read',
      ]);
      expect((await fetch(`${served.url}/-/healthy`)).status).toBe(200);
      const names = () =>
        JSON.stringify(served.log()).includes('DEPLOYTRACK_WEBHOOK_GENERIC_SECRET') || undefined;
      await eventually(names, { what: 'its name in the log' });
    },
  );
});
