import type { GroupKey } from '../model.ts';
import { groupLabels } from './exposition.ts';
import { GroupReader, placedSample, type RemoteGroupText } from './parse.ts';

/** More are not listed one by one. */
const mostListed = 100;

/** Picks several groups out of the lines of a gateway's /metrics, in one pass. */
export class GroupsReader {
  readonly #ledgerId: string;
  readonly #readers: ReadonlyMap<string, GroupReader>;
  readonly #others: GroupKey[] = [];
  /** Instances, as they stand in a line without escapes, and the ledger: a line without any of them is of other hosts. */
  readonly #signs: ReadonlySet<string>;

  /** `keys`: all groups that the ledger has. */
  constructor({ keys, ledgerId }: { keys: readonly GroupKey[]; ledgerId: string }) {
    this.#ledgerId = ledgerId;
    this.#readers = new Map(keys.map((key) => [nameOf(key), new GroupReader(key)]));
    this.#signs = new Set([...keys.map(instanceOf), ledgerId]);
  }

  /** One line, without its line end. */
  take(line: string): void {
    const found = this.#mayBeOurs(line) ? placedSample(line) : null;
    if (found === null) return;
    const { place, sample } = found;
    const key = keyIn(sample.labels);
    const reader = this.#readers.get(nameOf(key));
    reader?.takeSample(found);
    const isOfLedger = place === 'deploytrack_ledger_info' && sample.labels.get('ledger') === this.#ledgerId;
    if (reader === undefined && isOfLedger && this.#others.length < mostListed) this.#others.push(key);
  }

  /**
   * Parsing a line takes ten times as long, and most are of other hosts. A value with a backslash may be written in several
   * ways, and a line of a group without an instance has no sign.
   */
  #mayBeOurs(line: string): boolean {
    if (this.#signs.has('') || line.includes('\\')) return true;
    return line.split('"').some((part) => this.#signs.has(part));
  }

  /** Null for a key that was not given. */
  group(key: GroupKey): RemoteGroupText | null {
    return this.#readers.get(nameOf(key))?.result() ?? null;
  }

  /** The groups that the same ledger has pushed, and that are not among those given. */
  others(): readonly GroupKey[] {
    return this.#others;
  }
}

function keyIn(labels: ReadonlyMap<string, string>): GroupKey {
  const text = (name: string) => labels.get(name) ?? '';
  return {
    instance: text('instance'),
    deployment: text('deployment'),
    environment: text('environment'),
  };
}

function instanceOf(key: GroupKey): string {
  return new Map(groupLabels(key)).get('instance') ?? '';
}

function nameOf(key: GroupKey): string {
  return JSON.stringify(groupLabels(key));
}
