import { amountLimits } from '../../model.ts';
import { duration, file, flag, freeText, integer, line, list, number, text, time } from './kinds.ts';
import { allowFailure } from './wrapOptions.ts';

/** For a whole verification. */
export const verificationTimeout = '60s';

/** How an endpoint is checked: for `health` and `rollback --health`. */
export const checkOptions = {
  expectVersion: line({ value: 'v', help: 'expected version', otherwise: "the deployment's" }),
  anyVersion: flag({ help: 'check only the HTTP status' }),
  versionField: text({
    value: 'pointer',
    default: '/version',
    help: 'JSON pointer to the version',
  }),
  expectStatus: integer({
    min: 200,
    max: 599,
    value: 'code',
    default: '200',
    help: 'expected HTTP status',
  }),
  interval: duration({ min: 1, default: '1s', help: 'time between two attempts' }),
  attemptTimeout: duration({ default: '5s', help: 'time limit for one attempt' }),
  consecutive: integer({ min: 1, max: 1000, default: '1', help: 'successful checks needed in a row' }),
  header: list(text({ value: 'header', help: "'Name: value' or 'Name: @file'" })),
  ca: file({ value: 'pem', help: 'certificate authority to trust' }),
  insecure: flag({ help: 'accept any certificate' }),
  allowFailure,
};

/** For `health` only. */
export const verificationOptions = {
  timeout: duration({ default: verificationTimeout, help: 'time limit for the whole verification' }),
  checkType: freeText({ value: 'name', help: 'name of the check', otherwise: 'http' }),
  since: time({ help: 'without a cutover: count time to healthy from here' }),
  watch: duration({ help: 'keep checking this long after the first success' }),
  minSuccess: number({
    ...amountLimits.share,
    value: 'ratio',
    default: '0.95',
    help: 'with --watch: minimum success ratio',
  }),
};

export const smoke = list(text({ value: 'test=command', help: 'run this smoke test in the shell' }));

/** Of `verify` and `run`. */
export const rollbackOptions = {
  rollback: text({ value: 'command', help: 'roll back with this if a check fails (or @file)' }),
  rollbackTimeout: duration({ value: 't', help: 'time limit for the rollback command' }),
  confirm: flag({ help: 'ask in the terminal before rolling back' }),
  dryRun: flag({ help: 'show what would be rolled back, and do nothing' }),
};
