import { asProblem, DeploytrackError } from '../errors.ts';
import { redact } from '../redact.ts';

/** Errors by what is to be done. */
type Fate =
  /** The same work may succeed at once: nothing of it was kept, or a replay changes nothing. */
  | 'retry'
  /** The store is not usable now. */
  | 'later'
  /** It is not usable before somebody has changed something. */
  | 'lasting'
  /** A row that the store does not take. */
  | 'row';

interface Known {
  /** SQLSTATE, or the code of Node; without one, the message. */
  readonly error: RegExp;
  readonly what?: string;
  /** In place of its message. */
  readonly says?: string;
  readonly fate?: Fate;
  readonly hint: string;
  /** The hint of a command that only reads, if another one is needed: `sync` does not help it. */
  readonly readingHint?: string;
}

/** No class of them begins with E, as EPIPE does. */
const sqlState = /^[0-9A-DF-Z][0-9A-Z]{4}$/;
const init = 'run `deploytrack sync --init` as the owner of the database';
const again = {
  hint: 'run `deploytrack sync` when it is back',
  readingHint: 'run the command again when it is back',
};
const otherwise = 'check the log of the database, and the host and the port of the store';

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const refusals: readonly Known[] = [
  {
    error: /^(40001|40P01|40003)$/,
    fate: 'retry',
    hint: 'run `deploytrack sync` to try again',
    readingHint: 'run the command again',
  },
  {
    error: /no pg_hba\.conf entry.*no encryption/,
    fate: 'lasting',
    hint: 'add sslmode=verify-full to the URL, or allow this host in pg_hba.conf of the database',
  },
  {
    error: /no pg_hba\.conf entry/,
    fate: 'lasting',
    hint: 'allow this host and user in pg_hba.conf of the database',
  },
  { error: /^(28P01|28000)$/, fate: 'lasting', hint: 'check the user and the password of the store' },
  {
    error: /row-level security/,
    fate: 'lasting',
    hint: 'this ledger belongs to another role: see "Rights" of docs/store-sql.md',
  },
  {
    error: /^42501$/,
    fate: 'lasting',
    hint: 'grant the rights that `deploytrack sync --print-schema` lists',
  },
  { error: /^(42P01|3F000|42703)$/, fate: 'lasting', hint: init },
  { error: /^3D000$/, fate: 'lasting', hint: 'create the database, or correct its name in the URL' },
  { error: /^25006$/, hint: 'the database is read-only: connect to the primary server' },
  {
    error: /^53100$/,
    hint: 'free space on the disk of the database, then run `deploytrack sync`',
    readingHint: 'free space on the disk of the database',
  },
  { error: /^53300$/, hint: 'raise max_connections of the database, or put PgBouncer in front of it' },
  { error: /^(57P0\d|53\w{3})$/, ...again },
  {
    error: /^(57014|55P03)$/,
    hint: 'the database is slow; `deploytrack sync --wait 10m` waits longer',
    readingHint: 'the database is slow: look into its log, or ask for fewer deployments',
  },
  {
    error: /^(21|22|23|54)\w{3}$/,
    fate: 'row',
    hint: 'run `deploytrack doctor` to see which rows have invalid values',
    readingHint: 'check the arguments',
  },
  { error: sqlState, hint: 'look into the log of the database, or of PgBouncer in front of it' },
];

const certificate = 'the certificate of the store';
const failures: readonly Known[] = [
  {
    error: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
    what: certificate,
    hint: 'use a host name that the certificate names, or sslmode=verify-ca',
  },
  { error: /^CERT_HAS_EXPIRED$/, what: certificate, hint: 'renew the certificate of the database server' },
  {
    error: /^CERT_NOT_YET_VALID$/,
    what: certificate,
    hint: 'set the clock of this host or of the database server',
  },
  {
    error: /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_|CERT_|ERR_TLS_)/,
    what: certificate,
    hint: 'set sslrootcert=<file> in the URL to its certificate authority',
  },
  {
    error: /^(ERR_OSSL|ERR_SSL|EPROTO)/,
    hint: 'check the files of sslcert and sslkey, and that the port is the right one',
  },
  {
    error: /does not support SSL/,
    hint: 'turn on ssl in postgresql.conf of the database, or add sslmode=disable on a network of your own',
  },
  {
    error: /Unknown authenticationOk/,
    hint: 'use scram-sha-256 for this user in pg_hba.conf of the database: gss and sspi are not supported',
  },
  { error: /its answer cannot be read/, hint: 'check the host and the port of the store' },
  { error: /^ENOTFOUND$/, hint: 'correct the host name of the store, or add it to DNS' },
  { error: /^EAI_AGAIN$/, hint: 'check the name servers of this host' },
  {
    error: /^(ECONNREFUSED|ENOENT)$/,
    hint: 'start the database, or correct the host and the port of the store',
  },
  {
    error: /^Query read timeout$/,
    says: 'did not answer in time',
    hint: 'check the network, and the log of the database for locks; `deploytrack sync --wait 10m` waits longer',
    readingHint: 'check the network, and the log of the database for locks',
  },
  {
    error: /^timeout expired$|^ETIMEDOUT$|^E(HOST|NET)UNREACH$/,
    hint: 'check the network and its firewall; `deploytrack sync --wait 10m` waits longer',
    readingHint: 'check the network and its firewall',
  },
];

const silence =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$|^timeout expired$/;

/** Whether no server has answered. */
export function isSilence(thrown: unknown): boolean {
  const { code = '', message = '' } = (thrown ?? {}) as { code?: string; message?: string };
  return silence.test(code) || silence.test(message);
}

const longest = 300;
/** A shorter password could be a part of any word. */
const shortestPassword = 4;

/** What was thrown, without the password that was sent: a server may repeat it. */
export function withoutPassword(thrown: unknown, password: string | null): unknown {
  if (thrown instanceof Error && password !== null && password.length >= shortestPassword)
    thrown.message = thrown.message.replaceAll(password, '***');
  return thrown;
}

/** An error of the store, with what to do about it. */
export class StoreError extends DeploytrackError {
  readonly fate: Fate;

  constructor({ message, hint, fate }: { message: string; hint: string; fate: Fate }) {
    super({ code: 'STORE', message, hint });
    this.fate = fate;
  }
}

/**
 * What `pg`, or Node below it, has thrown. The message of a server is data of others and is cut. `reads`: for a command
 * that sends nothing. Throws the error of a damaged installation as it is.
 */
export function storeError(
  thrown: unknown,
  shown: string,
  { reads = false }: { reads?: boolean } = {},
): StoreError {
  if (thrown instanceof StoreError) return thrown;
  // A part of this installation is missing: no database can help.
  if (asProblem(thrown)?.code === 'INSTALLATION') throw thrown;
  const { code = '', message = String(thrown) } = (thrown ?? {}) as { code?: string; message?: string };
  const text = redact(message).replaceAll(/\s+/g, ' ').slice(0, longest) || code || 'without a message';
  const isMeant = ({ error }: Known) => error.test(code) || error.test(text);
  const refused = sqlState.test(code) ? refusals.find(isMeant) : undefined;
  if (refused !== undefined) {
    const { fate = 'later' } = refused;
    const hint = hintOf(refused, reads);
    return new StoreError({ message: `the store ${shown} refused this: ${text}`, hint, fate });
  }
  const failure = failures.find(isMeant);
  const { what, says } = failure ?? {};
  const hint = failure === undefined ? otherwise : hintOf(failure, reads);
  const start =
    what === undefined ? `the store ${shown} cannot be reached` : `${what} ${shown} cannot be verified`;
  const whole = says === undefined ? `${start}: ${text}` : `the store ${shown} ${says}`;
  return new StoreError({ message: whole, hint, fate: 'later' });
}

function hintOf({ hint, readingHint = hint }: Known, reads: boolean): string {
  return reads ? readingHint : hint;
}
