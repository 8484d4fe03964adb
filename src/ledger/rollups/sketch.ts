import { type Summary, summary } from '../read/summary.ts';
import type { ByteReader, ByteWriter } from './bytes.ts';

/** The relative error of a quantile. Shown as "within 1 %". */
export const quantileError = 0.01;

/** A bucket's upper bound is this many times its lower bound. */
const growth = Math.log((1 + quantileError) / (1 - quantileError));
/** One microsecond, in which durations are stored; at most this is 0. */
const leastSeconds = 1e-6;
/** For durations of up to 10^10 s. */
const most = 1900;

/**
 * Seconds of any number of deployments, mergeable: count, sum, least and greatest are exact, quantiles by nearest rank have a relative
 * error of at most 1 % (DDSketch: Masson, Rim and Lee, PVLDB 12, 2019).
 */
export class Sketch {
  count = 0;
  sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  /** The counts of the buckets from `#first` on. */
  #counts = new Float64Array(0);
  #first = 0;

  add(seconds: number): void {
    this.count += 1;
    this.sum += seconds;
    this.#min = Math.min(this.#min, seconds);
    this.#max = Math.max(this.#max, seconds);
    this.#addTo(bucketOf(seconds), 1);
  }

  summary(): Summary {
    if (this.count === 0) return summary([]);
    return {
      count: this.count,
      median: this.quantile(50),
      p95: this.quantile(95),
      mean: this.sum / this.count,
      min: this.#min,
      max: this.#max,
    };
  }

  /** The nearest-rank quantile within 1 %; null if there are no values. */
  quantile(percent: number): number | null {
    let left = Math.max(1, Math.ceil((percent * this.count) / 100));
    for (let at = 0; at < this.#counts.length; at += 1) {
      left -= this.#counts[at] ?? 0;
      if (left <= 0) return Math.min(this.#max, Math.max(this.#min, middleOf(this.#first + at)));
    }
    return null;
  }

  write(to: ByteWriter): void {
    to.count(this.count);
    if (this.count === 0) return;
    for (const value of [this.sum, this.#min, this.#max]) to.number(value);
    let used = 0;
    for (const count of this.#counts) if (count > 0) used += 1;
    to.count(used);
    let before = 0;
    for (let at = 0; at < this.#counts.length; at += 1) {
      const count = this.#counts[at] ?? 0;
      if (count === 0) continue;
      to.count(this.#first + at - before);
      to.count(count);
      before = this.#first + at;
    }
  }

  /** Adds one that was written. */
  addWritten(from: ByteReader): void {
    const count = from.count();
    if (count === 0) return;
    this.count += count;
    this.sum += from.number();
    this.#min = Math.min(this.#min, from.number());
    this.#max = Math.max(this.#max, from.number());
    let bucket = 0;
    for (let left = from.count(); left > 0; left -= 1) {
      bucket += from.count();
      this.#addTo(bucket, from.count());
    }
  }

  #addTo(bucket: number, count: number): void {
    const at = bucket - this.#first;
    if (at < 0 || at >= this.#counts.length) this.#reach(bucket);
    const place = bucket - this.#first;
    this.#counts[place] = (this.#counts[place] ?? 0) + count;
  }

  /** Makes room for a bucket, and for some near it. */
  #reach(bucket: number): void {
    const length = this.#counts.length;
    const first = Math.max(0, length === 0 ? bucket - near : Math.min(this.#first, bucket - near));
    const end = Math.max(length === 0 ? 0 : this.#first + length, bucket + near);
    const counts = new Float64Array(end - first);
    counts.set(this.#counts, length === 0 ? 0 : this.#first - first);
    this.#counts = counts;
    this.#first = first;
  }
}

const near = 24;

function bucketOf(seconds: number): number {
  if (seconds <= leastSeconds) return 0;
  return Math.min(most, Math.ceil(Math.log(seconds / leastSeconds) / growth));
}

/** The value that differs from both bounds of a bucket by the same ratio. */
function middleOf(bucket: number): number {
  return bucket === 0 ? 0 : (1 - quantileError) * leastSeconds * Math.exp(bucket * growth);
}
