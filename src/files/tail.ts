/** The end of a text, however long the text was. */
export interface Tail {
  readonly bytes: Buffer;
  /** Whether the beginning is missing. */
  readonly isCut: boolean;
  /** Whether more might have come. */
  readonly isUnfinished: boolean;
  /** The first two bytes of the text, which show its encoding. */
  readonly head: Buffer;
}

/** Takes chunks and stores the last bytes of them. */
export interface TailGatherer {
  readonly totalBytes: number;
  /** The chunk is stored, not copied. */
  add(part: Buffer): void;
  tail(isUnfinished: boolean): Tail;
}

export function gatherTail(keepBytes: number): TailGatherer {
  let parts: Buffer[] = [];
  let [kept, total] = [0, 0];
  let head = Buffer.alloc(0);
  const last = () => {
    const all = Buffer.concat(parts);
    return all.subarray(Math.max(0, all.length - keepBytes));
  };
  return {
    get totalBytes() {
      return total;
    },
    add(part) {
      if (head.length < 2) head = Buffer.concat([head, part.subarray(0, 2 - head.length)]);
      parts.push(part);
      kept += part.length;
      total += part.length;
      if (kept < 4 * keepBytes) return;
      parts = [last()];
      kept = keepBytes;
    },
    tail: (isUnfinished) => ({ bytes: last(), isCut: total > keepBytes, isUnfinished, head }),
  };
}
