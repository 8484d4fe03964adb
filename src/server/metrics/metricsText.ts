import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Database } from '../../ledger/file/addon.ts';
import { LedgerText } from './ledgerText.ts';
import type { ServerMetrics } from './serverMetrics.ts';

/** Maximum age of the server's own metrics. Rendering them at every request would be most of its time and garbage. */
const ownEveryMs = 250;

type Connect = () => Promise<Database>;

interface Made {
  readonly ledger: string;
  readonly own: string;
  readonly bytes: NonSharedBuffer;
  zipped: Promise<NonSharedBuffer> | null;
}

/** The bytes of `/metrics`, cached while they are current: many clients need hardly more memory than one. */
export class MetricsText {
  readonly #serverMetrics: ServerMetrics;
  readonly #before: string;
  readonly #ledger = new LedgerText();
  #own: { readonly text: Promise<string>; readonly wallMs: number } | null = null;
  #made: Made | null = null;

  /** `before` is a line before all others. */
  constructor(serverMetrics: ServerMetrics, before = '') {
    this.#serverMetrics = serverMetrics;
    this.#before = before;
  }

  async bytes(connect: Connect, nowMs: number): Promise<NonSharedBuffer> {
    return (await this.#make(connect, nowMs)).bytes;
  }

  async gzipped(connect: Connect, nowMs: number): Promise<NonSharedBuffer> {
    const made = await this.#make(connect, nowMs);
    made.zipped ??= promisify(gzip)(made.bytes, { level: 4 });
    return made.zipped;
  }

  async #make(connect: Connect, nowMs: number): Promise<Made> {
    const ledger = await this.#ledger.read(connect);
    const own = await this.#readOwn(nowMs);
    if (this.#made?.ledger !== ledger || this.#made.own !== own)
      this.#made = { ledger, own, bytes: Buffer.from(`${this.#before}${ledger}\n${own}`), zipped: null };
    return this.#made;
  }

  #readOwn(nowMs: number): Promise<string> {
    if (this.#own === null || Math.abs(nowMs - this.#own.wallMs) >= ownEveryMs)
      this.#own = { text: this.#serverMetrics.text(), wallMs: nowMs };
    return this.#own.text;
  }
}
