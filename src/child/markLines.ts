const lineFeed = 0x0a;
const colon = 0x3a;
const nothing = Buffer.alloc(0);

/** What a line with marks begins with. */
const prefix = Buffer.from('::deploytrack ');
/** A longer line is an ordinary one. In bytes, without the line end. */
export const longestMark = 1024;

/** Decides what of a command's output is passed on. */
export interface OutputFilter {
  /** The bytes to pass on now; what may become a hidden line is kept back. */
  take(chunk: Buffer): Buffer;
  /** What is kept back, to be passed on now because nothing follows. Its line is still read. */
  release(): Buffer;
  /** The output is over: the last line may have no line end. */
  end(): Buffer;
}

export interface MarkReader {
  /** Gets what follows `::deploytrack `; true if it is a mark. */
  readonly read: (text: string) => boolean;
  /** A line that begins so and is too long. */
  readonly tooLong: () => void;
  /** Whether the lines that are marks are left out of the output. */
  readonly hides: boolean;
}

/** Reads the lines that begin with `::deploytrack `. Every other byte is passed on at once, unchanged and in order. */
export function markLines(reader: MarkReader): OutputFilter {
  const { hides } = reader;
  const line = lineOfOutput(reader);
  return {
    take(chunk) {
      const out: Buffer[] = [];
      for (let at = 0; at < chunk.length; ) {
        const found = chunk.indexOf(lineFeed, at);
        const end = found === -1 ? chunk.length : found + 1;
        out.push(line.take(chunk.subarray(at, end)));
        if (found !== -1) line.begin();
        at = end;
      }
      return hides ? Buffer.concat(out) : chunk;
    },
    release: line.release,
    end() {
      const rest = line.whole();
      line.begin();
      return rest;
    },
  };
}

/** One line while its parts arrive. Each function returns what is to be passed on. */
function lineOfOutput({ read, tooLong, hides }: MarkReader) {
  /** The line so far if it may be a mark; null if it is an ordinary one. */
  let line: Buffer | null = nothing;
  /** How many bytes of it were passed on. */
  let passed = 0;
  const release = (): Buffer => {
    const rest = line?.subarray(passed) ?? nothing;
    passed = line?.length ?? 0;
    return rest;
  };
  /** The line is over: it is passed on unless it is a mark to hide. */
  const whole = (): Buffer => {
    if (line === null || line.length <= prefix.length) return release();
    const text = line.toString('utf8', prefix.length).replace(/\r?\n?$/, '');
    return read(text) && hides && passed === 0 ? nothing : release();
  };
  const take = (piece: Buffer): Buffer => {
    if (line === null || (line.length === 0 && piece[0] !== colon)) {
      line = null;
      return piece;
    }
    line = Buffer.concat([line, piece]);
    const fit = fitOf(line);
    if (fit === 'mark' && piece.at(-1) === lineFeed) return whole();
    if (fit === 'mark') return hides ? nothing : release();
    if (fit === 'long') tooLong();
    const rest = release();
    line = null;
    return rest;
  };
  const begin = () => {
    line = nothing;
    passed = 0;
  };
  return { take, whole, release, begin };
}

/** Whether the beginning of a line can still be a mark. */
function fitOf(line: Buffer): 'mark' | 'ordinary' | 'long' {
  const known = Math.min(line.length, prefix.length);
  if (line.compare(prefix, 0, known, 0, known) !== 0) return 'ordinary';
  const end = line.at(-1) === lineFeed ? 1 : 0;
  return line.length - end > longestMark ? 'long' : 'mark';
}
