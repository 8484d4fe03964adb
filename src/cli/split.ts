/** The facts about a command that are needed to find the command that it wraps. */
export interface Shape {
  readonly name: string;
  /** Options that always take a value. */
  readonly values: readonly string[];
  /** Options whose value is optional. */
  readonly maybeValues: readonly string[];
  readonly flags: readonly string[];
  /** Number of its own operands before the wrapped command; null: any number. */
  readonly operands: number | null;
  readonly wraps: boolean;
  /** Accepts a command after `--` only. */
  readonly takesCommand: boolean;
}

/** Our own arguments, and the command after them. */
export interface Split {
  /** The name of the command, if it is a known one: `phase run`, `migrate`, …; otherwise null. */
  readonly name: string | null;
  /** Our arguments: the command, its options and its operands. */
  readonly own: readonly string[];
  readonly wrapped: readonly string[];
}

/**
 * Separates the wrapped command: at `--`, or at the first argument that is neither an option, its value, nor an operand
 * of ours. Options before the command name are moved after it, so that they can be anywhere. An empty argument at a
 * place without an operand is skipped: PowerShell's script shims make one of an empty array.
 */
export function split(argv: readonly string[], shapes: readonly Shape[]): Split {
  const { words, rest } = leadingCommand(argv, shapes);
  const shape = shapes.find((one) => one.name === words.join(' '));
  if (shape === undefined) return { name: null, own: argv, wrapped: [] };
  const { own, end } = takeOwn(rest, shape);
  if (!shape.wraps && !shape.takesCommand)
    return { name: shape.name, own: [...words, ...own, ...rest.slice(end)], wrapped: [] };
  const wrapped = rest[end] === '--' ? rest.slice(end + 1) : rest.slice(end);
  return { name: shape.name, own: [...words, ...own], wrapped };
}

/** The command name after leading options, and everything else. */
export function leadingCommand(
  argv: readonly string[],
  shapes: readonly Shape[],
): { words: string[]; rest: readonly string[] } {
  const valued = new Set(shapes.flatMap((one) => [...one.values, ...one.maybeValues]));
  const before: string[] = [];
  let at = 0;
  while (
    at < argv.length &&
    (argv[at] === '' || (argv[at]?.startsWith('--') === true && argv[at] !== '--'))
  ) {
    const end = at + (valued.has(argv[at]?.slice(2) as string) && argv.length > at + 1 ? 2 : 1);
    if (argv[at] !== '') before.push(...argv.slice(at, end));
    at = end;
  }
  const length = wordsOf(argv.slice(at, at + 2), shapes);
  return {
    words: argv.slice(at, at + length) as string[],
    rest: [...before, ...argv.slice(at + length)],
  };
}

/** `rollback` is a command itself, `phase` is not: after it, an unknown word belongs to the name too. */
function wordsOf([first, second]: readonly string[], shapes: readonly Shape[]): 1 | 2 {
  const isCommand = (text: string) => shapes.some(({ name }) => name === text);
  if (isCommand(`${first} ${second}`)) return 2;
  return !isCommand(`${first}`) && shapes.some(({ name }) => name.startsWith(`${first} `)) ? 2 : 1;
}

/** Our own arguments, and the index of their end. */
function takeOwn(rest: readonly string[], shape: Shape): { own: string[]; end: number } {
  const own: string[] = [];
  let operands = 0;
  let at = 0;
  for (; at < rest.length; at += 1) {
    const part = rest[at] as string;
    if (part === '--') break;
    if (part.startsWith('-') && part !== '-') {
      own.push(part);
      if (at + 1 < rest.length && takesNext(part, { shape, next: rest[at + 1] as string }))
        own.push(rest[++at] as string);
    } else if (operands !== shape.operands) {
      own.push(part);
      operands += 1;
    } else if (part !== '') {
      if (shape.wraps) break;
      own.push(part);
    }
  }
  return { own, end: at };
}

function takesNext(part: string, { shape, next }: { shape: Shape; next: string }): boolean {
  if (!part.startsWith('--')) return false;
  const name = part.slice(2);
  if (shape.values.includes(name)) return true;
  // An empty one too, as in `--store=`: what a script has not set must not select the default.
  return shape.maybeValues.includes(name) && !next.startsWith('-');
}
