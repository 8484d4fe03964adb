import { of } from '../mutation.ts';

/** A wrapped command is as without us: exit codes, signals, streams, timeouts. */
export const child = [
  ...of('src/child/end.ts', [
    {
      find: 'return 128 + constants.signals[end.signal];',
      replace: 'return 127 + constants.signals[end.signal];',
      tests: ['test/child/run.test.ts', 'test/child/asWithoutUs.test.ts'],
      only: 'signal|Signal|first process',
      why: 'the first process of a container exits with a wrong code',
    },
    {
      find: "end.failure.kind === 'not-found' ? 127 : 126",
      replace: "end.failure.kind === 'not-found' ? 126 : 127",
      tests: ['test/child/asWithoutUs.test.ts'],
      only: 'Exit of a wrapped command',
      why: 'a script cannot tell a missing command from one that is not executable',
    },
    {
      find: 'if (end.timedOut) return 124;',
      replace: '',
      tests: ['test/child/run.test.ts'],
      only: 'Timeout',
      why: 'a timeout looks like a success',
    },
  ]),
  ...of('src/child/deadline.ts', [
    {
      find: 'for (const pid of below) context.kill(pid, signal);',
      replace: '',
      tests: ['test/child/run.test.ts'],
      only: 'Timeout',
      why: 'what the command started goes on after the timeout',
    },
    {
      find: "timer = setTimeout(() => end('SIGKILL'), limits.graceMs ?? defaultGraceMs);",
      replace: '',
      tests: ['test/child/run.test.ts'],
      only: 'Timeout',
      why: 'a command that ignores SIGTERM holds the deployment for ever',
    },
    {
      find: 'Math.min(limits.timeoutMs, longestTimerMs)',
      replace: 'limits.timeoutMs',
      tests: ['test/child/run.test.ts'],
      only: 'Timeout',
      why: 'a timeout of a month ends the command at once',
    },
  ]),
  ...of('src/child/signals.ts', [
    {
      find: "['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']",
      replace: "['SIGHUP', 'SIGUSR1', 'SIGUSR2']",
      tests: ['test/child/signals.test.ts'],
      why: 'a canceled job leaves its command running',
    },
    {
      find: '!never && !isInForeground(context)',
      replace: 'never',
      tests: ['test/child/asWithoutUs.test.ts'],
      only: 'sent to deploytrack alone',
      why: 'a signal to deploytrack alone does not reach the command',
    },
    {
      find: 'for (const release of releases) release();',
      replace: '',
      tests: ['test/child/signals.test.ts'],
      why: 'a second Ctrl-C does not end deploytrack',
    },
  ]),
  ...of('src/child/leave.ts', [
    {
      find: 'end.signal === null || end.timedOut ||',
      replace: 'end.signal === null ||',
      tests: ['test/child/leave.test.ts'],
      why: 'a timeout looks like a signal of the CI',
    },
    {
      find: 'context.kill(context.pid, end.signal);',
      replace: '',
      tests: ['test/child/leave.test.ts'],
      why: 'the caller does not see the signal that ended the command',
    },
    {
      find: 'if (dumpingCore.has(end.signal)) dumpNoCore();',
      replace: '',
      tests: ['test/child/asWithoutUs.test.ts'],
      only: 'core',
      why: 'our core dump replaces that of the command',
    },
  ]),
  ...of('src/child/tail.ts', [
    {
      find: 'while (isCut && start < 3',
      replace: 'while (isCut && start < 0',
      tests: ['test/child/tail.test.ts'],
      why: 'the kept stderr begins with a broken character',
    },
  ]),
  ...of('src/child/run.ts', [
    {
      find: 'await Promise.race([relay.finish(), signals.next()])',
      replace: 'await relay.finish()',
      tests: ['test/child/run.test.ts'],
      only: 'does not prevent a signal',
      why: 'SIGTERM does not end deploytrack while its output is not read',
    },
  ]),
  ...of('src/entry.ts', [
    {
      find: 'if (isDisabled && !onlyTells(argv)) {',
      replace: 'if (argv.length < 0) {',
      tests: ['test/cli/brokenInstall.test.ts'],
      only: 'DEPLOYTRACK_DISABLED=1 still',
      why: 'the emergency switch does not work where it is needed',
    },
    {
      find: 'if (why === error && (wraps || !isOfInstallation(error))) return printError(error, context);',
      replace: 'return printError(error, context);',
      tests: ['test/cli/brokenInstall.test.ts'],
      only: 'a wrapped command runs once with its own exit code and at most one line',
      why: 'half an upgrade keeps deployments from running',
    },
    {
      find: 'context.env.DEPLOYTRACK_STRICT === undefined &&',
      replace: '',
      tests: ['test/cli/strict.test.ts'],
      only: 'runs no command',
      why: 'a command runs although --strict refuses it',
    },
  ]),
  ...of('src/session/openSession.ts', [
    {
      find: 'return code === 0 && failed && settings.strict ? 1 : code;',
      replace: 'return failed && settings.strict ? 1 : code;',
      tests: ['test/cli/gatewayFaults.test.ts'],
      only: '--strict turns a failed push',
      why: '--strict hides the exit code of the command',
    },
    {
      find: 'return code === 0 && failed && settings.strict ? 1 : code;',
      replace: 'return code;',
      tests: ['test/cli/unusableLedger.test.ts'],
      only: '--strict gives exit code 1',
      why: '--strict does nothing',
    },
    {
      find: 'warning.failed !== undefined',
      replace: 'warning.code !== ""',
      tests: ['test/cli/strict.test.ts'],
      only: 'everything was recorded',
      why: 'with --strict a hint fails a deployment',
    },
  ]),
  ...of('src/report/messages/printError.ts', [
    {
      find: "return problem.code === 'USAGE' ? 2 : 1;",
      replace: 'return 1;',
      tests: ['test/cli/limits.test.ts', 'test/cli/wrongValues.test.ts'],
      why: 'a script cannot tell a mistyped option from a failure',
    },
  ]),
  ...of('src/output.ts', [
    {
      find: "if (code !== 'EAGAIN') return code;",
      replace: "if (code !== 'EAGAIN') return null;",
      tests: ['test/cli/lostOutput.test.ts'],
      why: 'an export into a full disk is a success',
    },
    {
      find: 'rest = rest.subarray(written);',
      replace: 'rest = rest.subarray(rest.length);',
      tests: ['test/cli/lostOutput.test.ts'],
      only: 'first kilobyte',
      why: 'a short write cuts an output without a word',
    },
  ]),
  ...of('src/report/messages/warnings.ts', [
    {
      find: "new Set(['EPIPE', 'ECONNRESET', 'EOF'])",
      replace: "new Set(['ECONNRESET', 'EOF'])",
      tests: ['test/cli/lostOutput.test.ts'],
      only: 'reader that closes',
      why: '`history | head` fails',
    },
    {
      find: '  return code === 0 ? 1 : code;',
      replace: '  return code;',
      tests: ['test/cli/lostOutput.test.ts'],
      why: 'an output that is lost is a success',
    },
    {
      find: 'if (!isOurs && uid !== undefined && isOpenToOthers(statSync(dirname(at)), uid)) return false;',
      replace: '',
      tests: ['test/cli/warnings.test.ts', 'test/cli/outFiles.test.ts'],
      why: 'warnings are written into a file that another account put there',
    },
    {
      find: 'const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);',
      replace: 'const careful = constants.O_NOFOLLOW ?? 0;',
      tests: ['test/cli/warnings.test.ts'],
      only: 'do not wait for a pipe',
      why: 'a pipe as the file for warnings holds every command',
    },
    {
      find: ".replaceAll('%', '%25')",
      replace: '',
      tests: ['test/cli/warnings.test.ts', 'test/cli/ciCommands.test.ts'],
      only: 'GitHub|form of its CI',
      why: 'a warning is shown wrongly in GitHub Actions',
    },
  ]),
];
