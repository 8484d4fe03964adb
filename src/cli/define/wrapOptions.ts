import { amountLimits } from '../../model.ts';
import { content, duration, file, flag, flagWith, freeText, integer, number, text, url } from './kinds.ts';

/** The options of commands that run another command as a phase or a test. */
export const allowFailure = flag({
  help: 'a failure gives the status warning, not failed',
  startsAtOnce: true,
});

export const outputOptions = {
  marks: flagWith({
    choices: ['hide'],
    help: 'read marks in its output (pipe); =hide hides them',
  }),
  host: freeText({ value: 'name', help: 'host, becomes a part of the service in its rows' }),
};

export const wrapOptions = {
  timeout: duration({
    help: 'SIGTERM after this long, SIGKILL 10 s later',
    startsAtOnce: true,
  }),
  allowFailure,
  try: flag({ help: 'record the result, but never fail the deployment', startsAtOnce: true }),
  keepStderr: flag({ help: 'store the last 4 KiB of stderr (then a pipe)' }),
  ...outputOptions,
};

/** The options of commands that run another one as a phase. */
export const phaseOptions = {
  ...wrapOptions,
  maxSlowdown: text({
    value: 'ratio',
    help: 'exit 1 above this multiple of its median: 2x',
    startsAtOnce: true,
  }),
};

export const migrateOptions = {
  count: integer({
    ...amountLimits.migrations,
    help: 'number of migrations applied',
    otherwise: '1 per run',
    startsAtOnce: true,
  }),
  countFile: file({ help: 'read the number from this file', startsAtOnce: true }),
  countPattern: text({
    value: 'p',
    help: 'alembic, flyway, django, prisma, rails, ef-core or a regular expression; output is then a pipe',
  }),
  databaseFile: file({ help: 'record the size of this database file', startsAtOnce: true }),
};

/** For `migrate` only. */
export const irreversible = flag({ help: 'never roll back after it with --rollback', startsAtOnce: true });

export const extractOptions = {
  artifact: file({ help: 'record the size of this file', startsAtOnce: true }),
  downloadSeconds: number({
    ...amountLimits.seconds,
    value: 's',
    help: 'how long the download took',
    startsAtOnce: true,
  }),
};

export const probe = url({ help: 'measure downtime by probing this URL' });
export const probeInterval = duration({ value: 'd', default: '100ms', help: 'time between two probes' });
export const probeTimeout = duration({
  default: '5s',
  help: 'time limit for a response afterwards',
});
export const cutoverOptions = { probe, probeInterval, probeTimeout };

/** What went wrong. */
export const errorText = content({ help: 'error message; @file or - reads it from a file or stdin' });
