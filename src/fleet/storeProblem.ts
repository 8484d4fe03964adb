import { DeploytrackError } from '../errors.ts';

/** Errors by what is to be done; the message of a server is data of others and is cut. */
type Fate =
  /** The same work may succeed at once: nothing of it was kept, or a replay changes nothing. */
  | 'retry'
  /** The store is not usable now. */
  | 'later'
  /** A row that the store does not take. */
  | 'row';

interface Known {
  readonly codes: RegExp;
  readonly fate: Fate;
  readonly hint: string;
}

const known: readonly Known[] = [
  { codes: /^(40001|40P01|40003)$/, fate: 'retry', hint: 'run `deploytrack sync` to try again' },
  { codes: /^(28P01|28000)$/, fate: 'later', hint: 'check the user and the password of the store' },
  { codes: /^42501$/, fate: 'later', hint: 'grant the rights that `deploytrack sync --print-schema` lists' },
  {
    codes: /^(42P01|3F000|42703)$/,
    fate: 'later',
    hint: 'run `deploytrack sync --init` as the owner of the database',
  },
  { codes: /^3D000$/, fate: 'later', hint: 'create the database, or correct its name in the URL' },
  { codes: /^25006$/, fate: 'later', hint: 'the database is read-only: connect to the primary server' },
  {
    codes: /^(53100|53200|53300|57P0\d|58\w{3})$/,
    fate: 'later',
    hint: 'the rows wait in the ledger and are sent next time',
  },
  {
    codes: /^57014$/,
    fate: 'later',
    hint: 'the database is slow; `deploytrack sync --wait 10m` waits longer',
  },
  {
    codes: /^(22|23|54)\w{3}$/,
    fate: 'row',
    hint: 'run `deploytrack doctor` to see which rows have invalid values',
  },
];

const certificate = /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_)/;
const longest = 300;

/** An error of the store, with what to do about it. */
export class StoreError extends DeploytrackError {
  readonly fate: Fate;

  constructor({ message, hint, fate }: { message: string; hint: string; fate: Fate }) {
    super({ code: 'STORE', message, hint });
    this.fate = fate;
  }
}

/** What `pg`, or Node below it, has thrown. */
export function storeError(thrown: unknown, shown: string): StoreError {
  if (thrown instanceof StoreError) return thrown;
  const { code = '', message = String(thrown) } = (thrown ?? {}) as { code?: string; message?: string };
  const text = message.replaceAll(/\s+/g, ' ').slice(0, longest);
  const found = known.find(({ codes }) => codes.test(code));
  if (found !== undefined)
    return new StoreError({
      message: `the store ${shown} refused the rows: ${text}`,
      hint: found.hint,
      fate: found.fate,
    });
  if (certificate.test(code))
    return new StoreError({
      message: `the certificate of the store ${shown} cannot be verified: ${text}`,
      hint: 'name its certificate authority with sslrootcert=<file> in the URL',
      fate: 'later',
    });
  return new StoreError({
    message: `the store ${shown} cannot be reached: ${text || code}`,
    hint: 'the rows wait in the ledger and are sent next time',
    fate: 'later',
  });
}
