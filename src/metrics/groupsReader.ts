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

  /** `keys`: all groups that the ledger has. */
  constructor({ keys, ledgerId }: { keys: readonly GroupKey[]; ledgerId: string }) {
    this.#ledgerId = ledgerId;
    this.#readers = new Map(keys.map((key) => [nameOf(key), new GroupReader(key)]));
  }

  /** One line, without its line end. */
  take(line: string): void {
    const found = placedSample(line);
    if (found === null) return;
    const { place, sample } = found;
    const key = keyIn(sample.labels);
    const reader = this.#readers.get(nameOf(key));
    reader?.takeSample(found);
    const isOfLedger = place === 'deploytrack_ledger_info' && sample.labels.get('ledger') === this.#ledgerId;
    if (reader === undefined && isOfLedger && this.#others.length < mostListed) this.#others.push(key);
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

function nameOf(key: GroupKey): string {
  return JSON.stringify(groupLabels(key));
}
