import { of } from '../mutation.ts';

/** Status, downtime, versions, clocks, and which deployment lives. */
export const verdicts = [
  ...of('src/ledger/marks/judge.ts', [
    {
      find: '    mark.onExit ||\n',
      replace: '',
      tests: ['test/ledger/judge.test.ts', 'test/ledger/onExit.test.ts'],
      why: 'a script that ended without finish succeeded',
    },
    {
      find: "    failures.some((failure) => failure.judged === 'yes');",
      replace: '    failures.length > 0;',
      tests: ['test/ledger/judge.test.ts'],
      why: 'an allowed failure fails the deployment',
    },
    {
      find: "143: 'SIGTERM'",
      replace: "141: 'SIGTERM'",
      tests: ['test/ledger/judge.test.ts', 'test/ledger/onExit.test.ts'],
      why: 'a canceled job does not say so',
    },
    {
      find: 'ORDER BY at, began DESC`',
      replace: 'ORDER BY at DESC, began`',
      tests: ['test/ledger/judge.test.ts'],
      why: 'the error of a deployment is that of the last failure, not of the first',
    },
  ]),
  ...of('src/ledger/marks/downtime.ts', [
    {
      find: 'cutovers.filter(({ probed }) => probed === 0)',
      replace: 'cutovers',
      tests: ['test/ledger/downtime.test.ts'],
      why: 'a probed cutover without an outage has downtime',
    },
    {
      find: 'attempt.healthy && !isBefore(attempt.endedAt, open.began)',
      replace: 'attempt.healthy',
      tests: ['test/ledger/downtime.test.ts'],
      why: 'an outage ends before it began',
    },
    {
      find: 'duration_seconds IS NOT NULL AND of_rollback = 0 AND late = 0`',
      replace: 'duration_seconds IS NOT NULL AND late = 0`',
      tests: ['test/ledger/downtime.test.ts'],
      why: 'a rollback changes the downtime of the failed version',
    },
  ]),
  ...of('src/ledger/marks/stageSeconds.ts', [
    {
      find: 'span.mono !== null && span.boot === first.boot',
      replace: 'span.mono !== null',
      tests: ['test/ledger/phases.test.ts'],
      why: 'clocks of two boots are compared',
    },
  ]),
  ...of('src/probe/downtime.ts', [
    {
      find: 'earlier(before.reduce(later), failure.startedAt)',
      replace: 'before.reduce(later)',
      tests: ['test/probe/downtime.test.ts'],
      why: 'a slow response hides the beginning of an outage',
    },
    {
      find: 'if (before.length === 0 && !measurement.hasPreviousVersion) return [];',
      replace: '',
      tests: ['test/probe/downtime.test.ts'],
      why: 'the first deployment of a service has downtime',
    },
    {
      find: 'endedAt: later(beganAt, after.reduce(earlier))',
      replace: 'endedAt: after.reduce(earlier)',
      tests: ['test/probe/downtime.test.ts'],
      why: 'downtime is negative',
    },
  ]),
  ...of('src/text/versionsAgree.ts', [
    {
      find: '/^[0-9a-f]{7,40}$/',
      replace: '/^[0-9a-f]{4,40}$/',
      tests: ['test/model/versionsAgree.test.ts'],
      why: 'version 2024 agrees with a commit',
    },
    {
      find: ' || a === `v${b}`',
      replace: '',
      tests: ['test/model/versionsAgree.test.ts'],
      why: 'v1.2.0 and 1.2.0 are two versions',
    },
    {
      find: '(a.startsWith(b) || b.startsWith(a))',
      replace: '(a.startsWith(b) || b.startsWith(a) || b.endsWith(a))',
      tests: ['test/model/versionsAgree.test.ts'],
      why: 'a wrong version counts as healthy',
    },
  ]),
  ...of('src/probe/judge.ts', [
    {
      find: 'statusCode >= 200 && statusCode < 300 : statusCode === expected',
      replace: 'statusCode >= 200 && statusCode < 400 : statusCode === expected',
      tests: ['test/probe/prober.test.ts'],
      only: '2xx',
      why: 'a redirect to a login page is healthy',
    },
    {
      find: "location.replace(/[?#].*$/s, '')",
      replace: 'location',
      tests: ['test/probe/attempt.test.ts'],
      why: 'the token in a redirect gets into the log',
    },
  ]),
  ...of('src/model.ts', [
    {
      find: '    from.boot === to.boot &&\n',
      replace: '',
      tests: ['test/ledger/clocks.test.ts'],
      why: 'a reboot makes a duration negative or years long',
    },
    {
      find: ": { seconds: roundMicro(seconds), clock: 'monotonic' };",
      replace: ": { seconds, clock: 'monotonic' };",
      tests: ['test/model/model.test.ts'],
      why: 'sums of durations fall by rounding',
    },
    {
      find: "createHash('sha256').update(given, 'utf8')",
      replace: "createHash('sha256').update(given.slice(0, 4), 'utf8')",
      tests: ['test/model/safeId.test.ts'],
      why: 'two pipelines of a CI are one deployment',
    },
    {
      find: 'usd: { min: 0, max: 1_000_000_000, whole: false },',
      replace: 'usd: { min: -1, max: 1_000_000_000, whole: false },',
      tests: ['test/ledger/checks/checkMark.test.ts'],
      why: 'costs fall',
    },
  ]),
  ...of('src/ledger/marks/abandoned.ts', [
    {
      find: "if (found === 'alive') return false;",
      replace: '',
      tests: ['test/ledger/abandoned.test.ts'],
      why: 'a deployment that runs for a day is closed as failed',
    },
    {
      find: "if (takeOver && found === 'dead') return true;",
      replace: 'if (takeOver) return true;',
      tests: ['test/ledger/abandoned.test.ts', 'test/cli/containers.test.ts'],
      why: 'a deployment that runs in another container is taken over',
    },
    {
      find: "!mayBeOneBoot(boot, at.boot ?? '') && onThisBoot === 0",
      replace: "!mayBeOneBoot(boot, at.boot ?? '')",
      tests: ['test/ledger/abandoned.test.ts'],
      why: 'a deployment that reboots the host is closed as failed',
    },
    {
      find: '- lastMark(database, row).wallMs >= patienceMs',
      replace: '- lastMark(database, row).wallMs >= patienceMs * 0',
      tests: ['test/ledger/abandoned.test.ts'],
      why: 'the next start closes a deployment that waits for its next step',
    },
    {
      find: 'isToldOf(database, row) ? toldPatienceMs : 0',
      replace: 'isToldOf(database, row) ? 0 : 0',
      tests: ['test/server/webhook.test.ts', 'test/collect/webhookReaders.test.ts'],
      only: 'silent for two hours',
      why: 'a deployment of a webhook that waits for its turn is closed as failed',
    },
  ]),
  ...of('src/ledger/marks/deploymentProcesses.ts', [
    {
      find: "lives.has('unknown') ? 'unknown' : 'dead'",
      replace: "'dead'",
      tests: ['test/ledger/abandoned.test.ts'],
      why: 'a deployment of another container is taken over',
    },
    {
      find: "role = 'caller' AND knows_alone = 1 AND boot = @boot",
      replace: "role = 'caller' AND boot = @boot",
      tests: ['test/ledger/abandoned.test.ts'],
      why: 'a deployment whose next step comes from another process is closed',
    },
  ]),
  ...of('src/processes.ts', [
    {
      find: "if (!mayBeOneBoot(boot, context.instant().boot ?? '')) return 'dead';",
      replace: '',
      tests: ['test/processes.test.ts', 'test/ledger/abandoned.test.ts'],
      why: 'a process after a reboot is taken for the one before it',
    },
    {
      find: 'if (found.started !== started) return gone;',
      replace: '',
      tests: ['test/processes.test.ts'],
      why: 'a later process with the same PID keeps a dead deployment open',
    },
    {
      find: "if (!isOurs && (pidNamespace ?? null) !== null) return 'unknown';",
      replace: '',
      tests: ['test/processes.test.ts', 'test/ledger/abandoned.test.ts'],
      why: 'a deployment of another container counts as dead',
    },
    {
      find: "if (!Number.isInteger(pid) || pid <= 1) return 'unknown';",
      replace: '',
      tests: ['test/processes.test.ts'],
      why: 'PID 0 is our own group, so a deployment from docker exec lives for ever',
    },
    {
      find: "found.state === 'Z' || found.state === 'X' ? 'dead' : 'alive'",
      replace: "'alive'",
      tests: ['test/processes.test.ts'],
      why: 'a zombie keeps a deployment open',
    },
  ]),
];
