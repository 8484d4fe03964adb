/**
 * The messages of a server, before the library reads them: it trusts their lengths, keeps whatever comes, and reads an error
 * without an end for ever. `take` throws for what no PostgreSQL sends.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export class WireGuard {
  readonly #mostBytes: number;
  readonly #header = Buffer.alloc(5);
  #headerBytes = 0;
  /** Of the body of the message that is being received. */
  #left = 0;
  #code = 0;
  /** The last two bytes of its body. */
  #end: readonly [number, number] = [0, 0];
  /** Since the server was last ready for a query. */
  #answerBytes = 0;

  /** `mostBytes`: of an answer. */
  constructor({ mostBytes }: { mostBytes: number }) {
    this.#mostBytes = mostBytes;
  }

  /** What was received next. */
  take(chunk: Buffer): void {
    this.#answerBytes += chunk.length;
    for (let at = 0; at < chunk.length; )
      at += this.#left > 0 ? this.#body(chunk, at) : this.#head(chunk, at);
    if (this.#answerBytes > this.#mostBytes) throw new Error('it is too long');
  }

  #head(chunk: Buffer, at: number): number {
    const count = Math.min(this.#header.length - this.#headerBytes, chunk.length - at);
    chunk.copy(this.#header, this.#headerBytes, at, at + count);
    this.#headerBytes += count;
    if (this.#headerBytes < this.#header.length) return count;
    this.#headerBytes = 0;
    this.#code = this.#header[0] ?? 0;
    // Its own four bytes are counted.
    const length = this.#header.readUInt32BE(1);
    if (length < 4 || length > this.#mostBytes) throw new Error('a message has an impossible length');
    this.#left = length - 4;
    this.#end = [0, 0];
    if (this.#left === 0) this.#ended();
    return count;
  }

  #body(chunk: Buffer, at: number): number {
    const count = Math.min(this.#left, chunk.length - at);
    const last = chunk[at + count - 1] ?? 0;
    this.#end = [count > 1 ? (chunk[at + count - 2] ?? 0) : this.#end[1], last];
    this.#left -= count;
    if (this.#left === 0) this.#ended();
    return count;
  }

  /** The fields of an error or a notice end with 0, and so does each of them. */
  #ended(): void {
    const code = String.fromCharCode(this.#code);
    const [beforeLast, last] = this.#end;
    const isEmpty = this.#header.readUInt32BE(1) === 4;
    if ((code === 'E' || code === 'N') && (isEmpty || beforeLast !== 0 || last !== 0))
      throw new Error('an error has no end');
    if (code === 'Z') this.#answerBytes = 0;
  }
}

/** For an answer that PostgreSQL does not give, or that the library does not know. */
export function strange(why: string): Error {
  return new Error(`its answer cannot be read: ${why}`);
}
