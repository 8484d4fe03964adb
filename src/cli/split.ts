/** What has to be known of a command to find the one that it wraps. */
export interface Shape {
  readonly name: string;
  /** Options that always take a value. */
  readonly values: readonly string[];
  /** Options whose value may be missing. */
  readonly maybeValues: readonly string[];
  readonly flags: readonly string[];
  /** Own operands before the wrapped command; null: any number. */
  readonly operands: number | null;
  readonly wraps: boolean;
  /** Takes a command behind `--` only. */
  readonly takesCommand: boolean;
}

/** Our own words, and the command after them. */
export interface Split {
  /** The command, as far as it is one of the given: `phase run`, `migrate`, …; else null. */
  readonly name: string | null;
  /** Our words: the command, its options and its arguments. */
  readonly own: readonly string[];
  readonly wrapped: readonly string[];
}

/**
 * Cuts the wrapped command off: at `--`, or at the first word that is neither an option, its value, nor an operand of
 * ours. Options before the word are moved behind it, so that they may stand anywhere. An empty word where no operand is
 * expected is passed over: PowerShell's script shims make one of an empty array.
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

/** The word that stands behind leading options, and all but it. */
export function leadingCommand(
  argv: readonly string[],
  shapes: readonly Shape[],
): { words: string[]; rest: readonly string[] } {
  const valued = new Set(shapes.flatMap((one) => [...one.values, ...one.maybeValues]));
  let at = 0;
  while (at < argv.length && (argv[at] === '' || (argv[at]?.startsWith('--') === true && argv[at] !== '--')))
    at += valued.has(argv[at]?.slice(2) as string) && argv.length > at + 1 ? 2 : 1;
  const isFamily = shapes.some(({ name }) => name.startsWith(`${argv[at]} `));
  const length = isFamily ? 2 : 1;
  return {
    words: argv.slice(at, at + length) as string[],
    rest: [...argv.slice(0, at), ...argv.slice(at + length)],
  };
}

/** What is ours, and where it ends. */
function takeOwn(rest: readonly string[], shape: Shape): { own: string[]; end: number } {
  const own: string[] = [];
  let operands = 0;
  let at = 0;
  for (; at < rest.length; at += 1) {
    const part = rest[at] as string;
    if (part === '--') break;
    if (part.startsWith('-') && part !== '-') {
      own.push(part);
      if (takesNext(part, shape) && at + 1 < rest.length) own.push(rest[++at] as string);
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

function takesNext(part: string, { values }: Shape): boolean {
  return part.startsWith('--') && values.includes(part.slice(2));
}
