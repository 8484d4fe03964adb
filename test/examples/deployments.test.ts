import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { type Prober, probe } from './prober.ts';
import { pack, type Release, served } from './release.ts';
import { type Ended, openSite, repository, type Site } from './site.ts';
import { installStopwatch, type Measured } from './stopwatch.ts';

/** The four deployments of the demo, run once by the example script; the tests read the ledger. */
const releases: readonly Release[] = ['1.0.0', '2.0.0', '3.0.0', '4.0.0'];
const probeIntervalSeconds = 0.1;

interface Seen {
  readonly ended: Ended;
  readonly scriptSeconds: number;
  readonly outageSeconds: number;
  /** The longest pause of the independent prober. */
  readonly pauseSeconds: number;
  readonly stopwatch: Measured;
}

let site: Site;
let prober: Prober;
const seen = new Map<string, Seen>();

beforeAll(async () => {
  site = await openSite();
  const stopwatch = installStopwatch(site);
  prober = probe(`http://127.0.0.1:${site.port}/health`);
  for (const version of releases) {
    const zip = pack(site, version);
    prober.begin();
    const began = performance.now();
    const ended = await site.run(path.join(repository, 'examples/deploy.sh'), [zip, version], {
      NOTES_HEALTH_TIMEOUT: version === '4.0.0' ? '3s' : '60s',
      STOPWATCH: path.join(site.folder, `stopwatch-${version}`),
      LC_ALL: 'C',
    });
    const scriptSeconds = (performance.now() - began) / 1000;
    await eventually(() => prober.isGood || undefined, { what: `good answer after ${version}` });
    seen.set(version, {
      ended,
      scriptSeconds,
      outageSeconds: prober.outageSeconds(),
      pauseSeconds: prober.resolutionSeconds(),
      stopwatch: stopwatch.read(version),
    });
  }
}, 600_000);

afterAll(() => {
  prober.stop();
  site.close();
});

function of(version: Release): Seen {
  const found = seen.get(version);
  if (found === undefined) throw new Error(`${version} was not deployed`);
  return found;
}

/**
 * The longest that a bare Node took to start and end during the deployment of that release: between the stopwatch and
 * the moment that is recorded the program starts or ends.
 */
function longestStartSeconds(version: Release): number {
  return Math.max(...of(version).stopwatch.bareStarts);
}

function row(version: Release): Record<string, unknown> {
  const rows = site.query(`SELECT * FROM deployment_metrics WHERE version = '${version}'`);
  expect(rows).toHaveLength(1);
  return rows[0] ?? {};
}

describe('Real deployments of the example script', () => {
  it('deploy.sh exits with the expected code for each release and prints nothing wrong on stderr', async () => {
    expect(releases.map((version) => [version, of(version).ended.code])).toEqual([
      ['1.0.0', 0],
      ['2.0.0', 0],
      ['3.0.0', 1],
      ['4.0.0', 1],
    ]);
    expect(of('1.0.0').ended.stderr).toBe('');
    expect(of('2.0.0').ended.stderr).toBe('');
    expect((await served(site))?.version).toBe('2.0.0');
  });

  it('deploy.sh leaves one row per deployment with its outcome and the previous version', () => {
    const sql =
      'SELECT version, previous_version, deployment_status, health_check_success FROM deployment_metrics ORDER BY id';
    expect(site.query(sql).map((found) => Object.values(found))).toEqual([
      ['1.0.0', null, 'success', 1],
      ['2.0.0', '1.0.0', 'success', 1],
      ['3.0.0', '2.0.0', 'failed', 0],
      ['4.0.0', '2.0.0', 'failed', 0],
    ]);
  });

  it('deploy.sh records why a deployment failed', () => {
    expect(row('1.0.0').error_message).toBeNull();
    expect(row('3.0.0').error_message).toBe('phase migration: exit code 1');
    expect(row('4.0.0').error_message).toMatch(/^health: /);
  });
});

describe('Durations of the example deployments', () => {
  const words = {
    extract: 'extract',
    venv_rebuild: 'venv_rebuild',
    migrate: 'migration',
    cutover: 'cutover',
  };

  it.each(
    releases.flatMap((version) => Object.entries(words).map(([word, phase]) => ({ version, word, phase }))),
  )(
    'the duration of $phase in $version is within 50 ms, plus the start of a process, of the stopwatch',
    ({ version, word, phase }) => {
      const measured = of(version).stopwatch.seconds[word];
      const recorded = row(version)[`${phase}_duration`];
      if (measured === undefined) {
        expect([version, phase, recorded]).toEqual(['3.0.0', 'cutover', null]);
        return;
      }
      expect(recorded).toBeTypeOf('number');
      expect(Math.abs(Number(recorded) - measured)).toBeLessThanOrEqual(0.05 + longestStartSeconds(version));
    },
  );

  it.each(releases)(
    'the total duration of %s is no longer than the script ran, and no shorter than the sum of its phases',
    (version) => {
      const { scriptSeconds, stopwatch } = of(version);
      const phases = Object.values(stopwatch.seconds).reduce((sum, seconds) => sum + seconds, 0);
      const total = Number(row(version).total_duration);
      expect(total).toBeLessThanOrEqual(scriptSeconds);
      expect(total).toBeGreaterThanOrEqual(phases);
    },
  );
});

describe('Downtime of the example deployments', () => {
  it('there is no downtime if there was no version before', () => {
    expect([null, 0]).toContain(row('1.0.0').downtime_duration);
  });

  it.each(['2.0.0', '4.0.0'] as const)(
    'the downtime of %s is within two probe intervals of what an independent prober saw, plus its own pauses',
    (version) => {
      const { outageSeconds, pauseSeconds } = of(version);
      expect(Math.abs(Number(row(version).downtime_duration) - outageSeconds)).toBeLessThanOrEqual(
        2 * (probeIntervalSeconds + pauseSeconds),
      );
      expect(row(version).downtime_open).toBe(0);
    },
  );

  it('a release that never reached its cutover has no downtime', () => {
    expect(of('3.0.0').outageSeconds).toBe(0);
    expect(row('3.0.0').downtime_duration).toBeNull();
  });
});

describe('Release that never became healthy', () => {
  it('a failed health check is not changed by a healthy rollback', () => {
    const sql = `SELECT v.success, v.verdict, v.error_message, v.of_rollback, v.expected_version FROM health_verifications v
      JOIN deployment_metrics d USING (deployment_id) WHERE d.version = '4.0.0' ORDER BY v.id`;
    const [own, back] = site.query(sql);
    expect(own).toMatchObject({
      success: 0,
      verdict: 'wrong_status',
      of_rollback: 0,
      expected_version: '4.0.0',
    });
    expect(back).toMatchObject({ success: 1, of_rollback: 1, expected_version: '2.0.0' });
    expect(row('4.0.0').health_check_success).toBe(0);
    expect(row('4.0.0').error_message).toBe(`health: ${own?.error_message}`);
  });

  it('the downtime covers the whole outage, including the rollback', () => {
    const { cutover = 0, rollback = 0 } = of('4.0.0').stopwatch.seconds;
    expect(Number(row('4.0.0').downtime_duration)).toBeGreaterThan(cutover + rollback + 3 - 1);
  });

  it('a rollback to the previous version is recorded with its reason', () => {
    const sql = 'SELECT reason, reason_class, from_version, to_version, success, exit_code FROM rollbacks';
    expect(site.query(sql)).toEqual([
      {
        reason: 'health_check_failed',
        reason_class: 'health_check_failed',
        from_version: '4.0.0',
        to_version: '2.0.0',
        success: 1,
        exit_code: 0,
      },
    ]);
  });
});

describe('Other facts of the example deployments', () => {
  it('the number of migrations is recorded', () => {
    const sql = 'SELECT status, migration_count FROM migrations ORDER BY id';
    expect(site.query(sql).map((found) => Object.values(found))).toEqual([
      ['success', 1],
      ['success', 1],
      ['failure', 1],
      ['success', 0],
    ]);
  });

  it('the Python version of the new environment is recorded', async () => {
    const { stdout } = await site.run('python3', ['--version']);
    expect(stdout).toContain(String(row('2.0.0').python_version));
  });
});
