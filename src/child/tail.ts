/** Stores the last `limitBytes` of its input. */
export function tailKeeper(limitBytes: number) {
  let kept: Uint8Array[] = [];
  let keptBytes = 0;
  let isCut = false;
  const shorten = () => {
    const all = Buffer.concat(kept);
    isCut ||= all.length > limitBytes;
    kept = [all.subarray(Math.max(0, all.length - limitBytes))];
    keptBytes = Math.min(all.length, limitBytes);
  };
  return {
    take(chunk: Uint8Array) {
      kept.push(chunk);
      keptBytes += chunk.length;
      // Only now and then: with single bytes, the cost would otherwise be the square of the length.
      if (keptBytes > 2 * limitBytes + 64 * 1024) shorten();
    },
    /** As UTF-8, without a character that the limit has cut. */
    text() {
      shorten();
      const bytes = Buffer.concat(kept);
      let start = 0;
      while (isCut && start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
      return bytes.toString('utf8', start);
    },
  };
}
