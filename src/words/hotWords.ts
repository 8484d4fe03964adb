import type { Invocation } from './invocation.ts';

/**
 * The words that stand between the steps of a script, taken apart without a library. Whatever is not plainly
 * right is declined: the program with its help and its usage errors takes over. A test holds the two together.
 */
export interface HotWord {
  readonly values: readonly string[];
  readonly flags: readonly string[];
  /** Own operands before the wrapped command. */
  readonly operands: number;
  readonly wraps: boolean;
}

export const commonValues = [
  'id',
  'ledger',
  'deployment',
  'environment',
  'service',
  'gateway',
  'gateway-timeout',
  'adopt-timeout',
  'ledger-timeout',
  'abandon-after',
  'journal-fallback',
  'textfile',
  'instance',
  'warnings',
] as const;
export const commonFlags = ['strict'] as const;

const wrapValues = ['timeout'];
const wrapFlags = ['allow-failure', 'try', 'keep-stderr'];
const wrap = (values: readonly string[] = []): HotWord => ({
  values: [...wrapValues, ...values],
  flags: wrapFlags,
  operands: 0,
  wraps: true,
});

export const migrateValues = ['count', 'count-file', 'count-pattern', 'database-file'];
export const extractValues = ['artifact', 'download-seconds'];
export const cutoverValues = ['probe', 'probe-interval', 'probe-timeout'];

export const hotWords: Readonly<Record<string, HotWord>> = {
  'phase start': { values: ['probe', 'probe-interval'], flags: [], operands: 1, wraps: false },
  'phase end': {
    values: ['exit-code', 'status', 'error', 'probe-timeout'],
    flags: [],
    operands: 1,
    wraps: false,
  },
  'phase run': { ...wrap([...migrateValues, ...extractValues, ...cutoverValues]), operands: 1 },
  extract: wrap(extractValues),
  'venv-rebuild': wrap(),
  migrate: wrap(migrateValues),
  cutover: wrap(cutoverValues),
  smoke: {
    values: [...wrapValues, 'error'],
    flags: [...wrapFlags, 'passed', 'failed'],
    operands: 1,
    wraps: true,
  },
};

/** The invocation, or null where the program has to look. */
export function parseHotWords(argv: readonly string[]): Invocation | null {
  const word = argv[0] === 'phase' ? `phase ${argv[1] ?? ''}` : (argv[0] ?? '');
  const hot = Object.hasOwn(hotWords, word) ? hotWords[word] : undefined;
  if (hot === undefined) return null;
  const taken = takeApart({ argv: argv.slice(word.startsWith('phase ') ? 2 : 1), hot });
  if (taken === null || taken.operands.length !== hot.operands) return null;
  if (hot.wraps && taken.command.length === 0) return null;
  return { word, ...taken };
}

function takeApart({
  argv,
  hot,
}: {
  argv: readonly string[];
  hot: HotWord;
}): Omit<Invocation, 'word'> | null {
  const values = new Set<string>([...commonValues, ...hot.values]);
  const flags = new Set<string>([...commonFlags, ...hot.flags]);
  const options: Record<string, string | true> = {};
  const operands: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const part = argv[at] as string;
    if (part === '--') return hot.wraps ? { options, operands, command: argv.slice(at + 1) } : null;
    if (!part.startsWith('-') || part === '-') {
      // PowerShell's script shims make an empty word of an empty array.
      if (part === '' && operands.length === hot.operands) continue;
      if (operands.length === hot.operands && hot.wraps)
        return { options, operands, command: argv.slice(at) };
      operands.push(part);
      continue;
    }
    const equals = part.indexOf('=');
    const name = part.slice(2, equals === -1 ? undefined : equals);
    if (!part.startsWith('--')) return null;
    if (flags.has(name) && equals === -1) options[name] = true;
    else if (!values.has(name) || (equals === -1 && at + 1 >= argv.length)) return null;
    else if (equals === -1) options[name] = argv[++at] as string;
    else options[name] = part.slice(equals + 1);
  }
  return { options, operands, command: [] };
}
