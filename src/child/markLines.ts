const lineFeed = 0x0a;
const colon = 0x3a;

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
export function markLines({ read, tooLong, hides }: MarkReader): OutputFilter {
  /** The line so far if it may be a mark; null if it is an ordinary one. */
  let line: Buffer | null = Buffer.alloc(0);
  /** How many bytes of it were passed on. */
  let passed = 0;
  const beginLine = () => {
    line = Buffer.alloc(0);
    passed = 0;
  };
  const release = (): Buffer => {
    const rest = line?.subarray(passed) ?? Buffer.alloc(0);
    passed = line?.length ?? 0;
    return rest;
  };
  /** The whole line, which begins like a mark: false if it is passed on. */
  const isHidden = (whole: Buffer): boolean => {
    const text = whole.toString('utf8', prefix.length).replace(/\r?\n?$/, '');
    return whole.length > prefix.length && read(text) && hides && passed === 0;
  };
  const takePiece = (piece: Buffer, out: Buffer[]): void => {
    if (line === null || (line.length === 0 && piece[0] !== colon)) {
      line = null;
      out.push(piece);
      return;
    }
    line = Buffer.concat([line, piece]);
    const fit = fitOf(line);
    if (fit === 'long') tooLong();
    if (fit !== 'mark') out.push(release());
    if (fit !== 'mark') line = null;
    else if (piece.at(-1) === lineFeed) {
      if (!isHidden(line)) out.push(release());
    } else if (!hides) out.push(release());
  };
  return {
    take(chunk) {
      const out: Buffer[] = [];
      for (let at = 0; at < chunk.length; ) {
        const found = chunk.indexOf(lineFeed, at);
        const end = found === -1 ? chunk.length : found + 1;
        takePiece(chunk.subarray(at, end), out);
        if (found !== -1) beginLine();
        at = end;
      }
      return hides ? Buffer.concat(out) : chunk;
    },
    release,
    end() {
      const hidden = line !== null && line.length > prefix.length && isHidden(line);
      const rest = hidden ? Buffer.alloc(0) : release();
      line = null;
      return rest;
    },
  };
}

/** Whether the beginning of a line can still be a mark. */
function fitOf(line: Buffer): 'mark' | 'ordinary' | 'long' {
  const known = Math.min(line.length, prefix.length);
  if (line.compare(prefix, 0, known, 0, known) !== 0) return 'ordinary';
  const end = line.at(-1) === lineFeed ? 1 : 0;
  return line.length - end > longestMark ? 'long' : 'mark';
}
