import { finishOfOthers, startOfOthers } from '../collect/marksOfOthers.ts';
import type {
  AttemptRecord,
  HealthMark,
  Mark,
  MeasuredDowntime,
  PhaseEndMark,
  StageResult,
} from '../marks.ts';
import type { Instant } from '../model.ts';
import type { Scenario } from './scenario.ts';

const wentWell: StageResult = {
  status: 'success',
  exitCode: 0,
  signal: null,
  errorType: null,
  errorMessage: null,
  judged: 'yes',
  cpuSeconds: null,
  memoryBytes: null,
  stderrTail: null,
};

export function failure(tail: string): StageResult {
  return {
    ...wentWell,
    status: 'failed',
    exitCode: 1,
    errorType: 'exit_code',
    errorMessage: 'exit code 1',
    stderrTail: tail,
  };
}

/** Generates the marks of a scenario step by step, each with its time; they are in `marks`. */
export class Generator {
  readonly marks: Mark[] = [];
  readonly #story: Scenario;
  #ms: number;

  constructor(story: Scenario) {
    this.#story = story;
    this.#ms = story.startMs;
  }

  start(): void {
    const { deployment, environment, hostname, version, triggeredBy, startMs } = this.#story;
    const mark = startOfOthers({
      ...this.#base(),
      deployment,
      environment,
      hostname,
      version,
      triggeredAtMs: startMs - 20_000,
      triggeredBy,
      method: 'azure-arc',
      join: false,
      declare: {
        services: [],
        stages: [],
        tests: ['login', 'checkout', 'report'],
        resources: [],
        checkTypes: [],
      },
    });
    this.marks.push(mark);
    this.#ms += 400;
  }

  phase(stage: keyof Scenario['seconds'], result: StageResult = wentWell): void {
    const durationSeconds = this.#story.seconds[stage];
    const runId = `${this.#story.id}-${stage}`;
    const startedAt = this.#at();
    this.marks.push({
      kind: 'phase-start',
      ...this.#base(),
      runId,
      stage,
      service: null,
      process: null,
      prober: null,
    });
    this.#ms += durationSeconds * 1000;
    const mark: PhaseEndMark = {
      kind: 'phase-end',
      ...this.#base(),
      runId,
      stage,
      service: null,
      startedAt,
      durationSeconds: null,
      result: { ...result, cpuSeconds: durationSeconds * 0.6, memoryBytes: 180_000_000 },
      downtime: stage === 'cutover' ? this.#outage(startedAt) : null,
      migrationCount: stage === 'migration' ? this.#story.migrations : null,
      artifact: stage === 'extract' ? { bytes: 48_000_000, downloadSeconds: null } : null,
      databaseBytes: null,
    };
    this.marks.push(mark);
    this.#ms += 250;
  }

  health(seconds: number, success: boolean): void {
    const startedAt = this.#at();
    const attempts: AttemptRecord[] = [];
    for (let passed = 0; passed < seconds; passed += 2)
      attempts.push(this.#attempt(this.#later(startedAt, passed), 'old'));
    if (success) attempts.push(this.#attempt(this.#later(startedAt, seconds), 'new'));
    const { version } = this.#story;
    this.#ms += seconds * 1000 + 40;
    const mark: HealthMark = {
      kind: 'health',
      ...this.#base(),
      verificationId: `${this.#story.id}-health`,
      service: null,
      checkType: 'http',
      target: 'http://localhost:8080/health',
      startedAt,
      success,
      verdict: success ? 'healthy' : 'wrong_version',
      words: success ? `healthy, version ${version}` : `not healthy within 60 s: ${this.#isOld()}`,
      expectedVersion: version,
      attempts,
      firstGoodAt: success ? this.#at() : null,
      sinceMs: null,
      judged: 'yes',
    };
    this.marks.push(mark);
  }

  smoke(test: string, failed: boolean): void {
    const startedAt = this.#at();
    this.#ms += 1500;
    const result = failed ? { ...failure(''), judged: 'allowed' as const } : wentWell;
    this.marks.push({
      kind: 'smoke',
      ...this.#base(),
      runId: `${this.#story.id}-${test}`,
      test,
      service: null,
      startedAt,
      result,
    });
  }

  rollback(): void {
    this.#ms += 14_000;
    const how = {
      reason: 'health_check_failed',
      toVersion: null,
      success: true,
      exitCode: 0,
      error: null,
      step: 'whole' as const,
    };
    this.marks.push({ kind: 'rollback', ...this.#base(), rollbackId: `${this.#story.id}-back`, ...how });
  }

  finish(): void {
    this.#ms += 300;
    this.marks.push(finishOfOthers({ ...this.#base(), status: null, error: null }));
  }

  /** One attempt per second, as a prober makes them: the first response is still from the old version. */
  #outage(from: Instant): MeasuredDowntime {
    const { downtimeSeconds, seconds } = this.#story;
    const beganAt = this.#later(from, 1);
    const endedAt = this.#later(beganAt, downtimeSeconds);
    const asked = Array.from({ length: Math.ceil(seconds.cutover) }, (_, second) =>
      this.#later(from, second),
    );
    const isDown = (at: Instant): boolean => at.wallMs >= beganAt.wallMs && at.wallMs < endedAt.wallMs;
    return {
      attempts: asked.map((at) => this.#attempt(at, isDown(at) ? 'none' : 'new')),
      outages: [{ beganAt, endedAt }],
    };
  }

  /** An attempt to which the new version responds, the old one, or none. */
  #attempt(at: Instant, responds: 'new' | 'old' | 'none'): AttemptRecord {
    const { version, previousVersion } = this.#story;
    const made = { at, endedAt: this.#later(at, 0.04), latencySeconds: 0.04 };
    if (responds === 'none') {
      const words = 'expected status 200, got 503 (Service Unavailable)';
      return { ...made, healthy: false, verdict: 'wrong_status', words, statusCode: 503, version: null };
    }
    if (responds === 'new')
      return {
        ...{ ...made, healthy: true, verdict: 'healthy', words: `healthy, version ${version}` },
        ...{ statusCode: 200, version },
      };
    return {
      ...{ ...made, healthy: false, verdict: 'wrong_version', words: this.#isOld() },
      ...{ statusCode: 200, version: previousVersion },
    };
  }

  /** The old version still responds: there is no outage. */
  #isOld(): string {
    const { version, previousVersion } = this.#story;
    return `expected version "${version}", got "${previousVersion}"`;
  }

  #base() {
    const { id } = this.#story;
    return { markId: `${id}-${this.marks.length}`, deploymentId: id, at: this.#at() };
  }

  #at(): Instant {
    return { wallMs: Math.round(this.#ms), monotonicSeconds: this.#ms / 1000, boot: 'sample' };
  }

  #later({ wallMs, monotonicSeconds, boot }: Instant, seconds: number): Instant {
    return {
      wallMs: wallMs + Math.round(seconds * 1000),
      monotonicSeconds: (monotonicSeconds ?? 0) + seconds,
      boot,
    };
  }
}
