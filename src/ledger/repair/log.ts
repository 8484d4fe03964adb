import { type RawFile, readAt } from './pages.ts';

/** One page in the log. */
export interface Frame {
  readonly page: number;
  /** The position of its content in the log. */
  readonly at: number;
}

/** A ledger's write-ahead log: https://sqlite.org/fileformat2.html#walformat */
export interface Log {
  readonly file: RawFile;
  /** What SQLite itself reads: valid frames from the beginning up to the last commit. */
  readonly valid: readonly Frame[];
  /** Also the valid ones after damage, up to the last commit. */
  readonly readable: readonly Frame[];
  /** Whether SQLite ignores commits because something before them is damaged. */
  readonly isDamaged: boolean;
}

interface Found extends Frame {
  readonly isCommit: boolean;
  readonly isGood: boolean;
  readonly salts: string;
}

const headBytes = 32;
const frameHeadBytes = 24;

export function readLog(file: RawFile, pageBytes: number): Log {
  const head = readAt(file, 0, headBytes);
  if (head === null) return { file, valid: [], readable: [], isDamaged: false };
  const isBig = head.readUInt32BE(0) !== 0x377f0682;
  const seed = checksum([0, 0], head.subarray(0, 24), isBig);
  const isGoodHead =
    (head.readUInt32BE(0) & 0xffff_fffe) === 0x377f0682 &&
    head.readUInt32BE(8) === pageBytes &&
    seed[0] === head.readUInt32BE(24) &&
    seed[1] === head.readUInt32BE(28);
  const all = framesOf(file, { pageBytes, isBig: isGoodHead && isBig, seed });
  const salts = isGoodHead ? head.toString('hex', 16, 24) : all.find((frame) => frame.isGood)?.salts;
  // What follows with other salts is older: the log begins again from its start.
  const end = all.findIndex((frame) => frame.isGood && frame.salts !== salts);
  const own = end === -1 ? all : all.slice(0, end);
  const bad = isGoodHead ? own.findIndex((frame) => !frame.isGood || frame.salts !== salts) : 0;
  const valid = toCommit(bad === -1 ? own : own.slice(0, bad));
  const readable = toCommit(own.filter((frame) => frame.isGood && frame.salts === salts));
  return { file, valid, readable, isDamaged: readable.length > valid.length };
}

/** Each frame is checked against the checksum that the one before it stores, so that damage ends with a frame. */
function framesOf(
  file: RawFile,
  how: { pageBytes: number; isBig: boolean; seed: readonly [number, number] },
): Found[] {
  const found: Found[] = [];
  let before = how.seed;
  const step = frameHeadBytes + how.pageBytes;
  for (let at = headBytes; at + step <= file.bytes; at += step) {
    const bytes = readAt(file, at, step);
    if (bytes === null) break;
    const head = bytes.subarray(0, frameHeadBytes);
    const said = [head.readUInt32BE(16), head.readUInt32BE(20)] as const;
    const page = head.readUInt32BE(0);
    const own = checksum(checksum(before, head.subarray(0, 8), how.isBig), bytes.subarray(24), how.isBig);
    found.push({
      page,
      at: at + frameHeadBytes,
      isCommit: head.readUInt32BE(4) > 0,
      isGood: page > 0 && own[0] === said[0] && own[1] === said[1],
      salts: head.toString('hex', 8, 16),
    });
    before = said;
  }
  return found;
}

function toCommit(frames: readonly Found[]): Frame[] {
  return frames.slice(0, frames.findLastIndex((frame) => frame.isCommit) + 1);
}

function checksum(
  [first, second]: readonly [number, number],
  bytes: Buffer,
  isBig: boolean,
): readonly [number, number] {
  let one = first;
  let two = second;
  for (let at = 0; at + 8 <= bytes.length; at += 8) {
    one = (one + (isBig ? bytes.readUInt32BE(at) : bytes.readUInt32LE(at)) + two) >>> 0;
    two = (two + (isBig ? bytes.readUInt32BE(at + 4) : bytes.readUInt32LE(at + 4)) + one) >>> 0;
  }
  return [one, two];
}
