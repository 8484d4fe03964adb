import { commonFlags, commonValues, hotWords } from './hotWords.ts';
import type { WordShape } from './split.ts';

const who = [
  'version',
  'method',
  'triggered-by',
  'previous-version',
  'commit',
  'url',
  'triggered-at',
  'notes',
];
const begin = [...who, 'python', 'rollback-of', 'wait', 'track-file', 'track-packages'];
const beginFlags = ['join', 'exclusive', 'take-over'];
const check = ['expect-version', 'version-field', 'expect-status', 'interval', 'timeout', 'attempt-timeout'];
const checks = [...check, 'consecutive', 'header', 'ca'];
const checkFlags = ['any-version', 'insecure', 'allow-failure'];

const shape = (name: string, { values = [], flags = [], ...rest }: Partial<WordShape>): WordShape => ({
  name,
  operands: 0,
  wraps: false,
  takesCommand: false,
  maybeValues: [],
  ...rest,
  values: [...values, ...commonValues],
  flags: [...flags, ...commonFlags],
});

/**
 * The words that mark or wrap, as far as they must be known where nothing but the entry can be had: enough to find a
 * wrapped command. A test holds this and the program's own words together.
 */
export const bareWords: readonly WordShape[] = [
  ...Object.entries(hotWords).map(([name, word]) => shape(name, word)),
  shape('run', { values: begin, flags: beginFlags, wraps: true }),
  shape('rollback', {
    values: ['reason', 'to', 'of', 'health', ...checks],
    flags: ['failed', ...checkFlags],
    wraps: true,
  }),
  shape('start', { values: begin, flags: beginFlags }),
  shape('finish', {
    values: ['exit-code', 'status', 'error', 'notes', 'wait', 'track-file', 'track-packages'],
    maybeValues: ['on-exit'],
    flags: ['abandoned', 'discard', 'json'],
  }),
  shape('health', {
    values: [...checks, 'check-type', 'since', 'watch', 'min-success'],
    flags: checkFlags,
    operands: 1,
    takesCommand: true,
  }),
  shape('phase record', {
    values: ['duration', 'started', 'status', 'error'],
    flags: ['allow-failure'],
    operands: 1,
  }),
  shape('error-rate', { values: ['of'], operands: 1 }),
  shape('cost', { values: ['of'], operands: 2 }),
];
