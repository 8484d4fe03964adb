import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { whatIsWrong } from '../settings/check.ts';
import { readSecret, readSecretFile } from '../settings/readSecret.ts';
import { passwordOfFile } from './passwordFile.ts';
import { type StoreAddress, storeAddress } from './storeAddress.ts';

const variable = 'DEPLOYTRACK_STORE_URL';
const passwordVariable = 'DEPLOYTRACK_STORE_PASSWORD';
/** For all files together: they may be on a mount of another machine. */
const filesMs = 2000;

/** A store whose address is known; its password, which may be in a file, is not read yet. */
interface StorePlace {
  /** For messages. */
  readonly shown: string;
  readonly whole: () => Promise<StoreAddress>;
}

/**
 * The store that is set, with its password: that of the URL, otherwise `DEPLOYTRACK_STORE_PASSWORD`, `PGPASSWORD`, or the
 * file of libpq. Its certificates are those of the URL, otherwise those that libpq reads from the environment. Null if
 * none is set. Throws a usage error for an invalid one; an empty password is a warning, and is not sent.
 */
export async function storeSetting(
  session: Session,
  said: string | true | null = null,
): Promise<StoreAddress | null> {
  return (await storePlace(session, said))?.whole() ?? null;
}

/** The same for a caller that may need only the address. */
export async function storePlace(
  session: Session,
  said: string | true | null = null,
): Promise<StorePlace | null> {
  const { settings, context } = session;
  const tookMs = stopwatch(context);
  const patience = () => ({ withinMs: Math.max(1, filesMs - tookMs()) });
  const text =
    typeof said === 'string' ? said : (settings.text('store') ?? (await fromFile(context, patience())));
  if (text === null) return null;
  const address = withCertificates(context, storeAddress(text));
  return { shown: address.shown, whole: () => withPassword(session, { address, patience }) };
}

/** The same for a command that needs one: throws a usage error if none is set. */
export async function requiredStore(
  session: Session,
  said: string | true | null = null,
): Promise<StoreAddress> {
  const address = await storeSetting(session, said);
  if (address !== null) return address;
  throw usageError(
    `${session.command.name}: no store is set`,
    'use --store postgres://user@host/database, or set DEPLOYTRACK_STORE_URL',
  );
}

function withCertificates({ env }: Context, address: StoreAddress): StoreAddress {
  const named = (variable: string) => (env[variable] === '' ? null : (env[variable] ?? null));
  return {
    ...address,
    rootCertificate: address.rootCertificate ?? named('PGSSLROOTCERT'),
    certificate: address.certificate ?? named('PGSSLCERT'),
    key: address.key ?? named('PGSSLKEY'),
  };
}

interface Patience {
  readonly withinMs: number;
}

async function withPassword(
  { context, warnings }: Session,
  { address, patience }: { address: StoreAddress; patience: () => Patience },
): Promise<StoreAddress> {
  if (address.password !== null) return address;
  const own = await readSecret(context, passwordVariable, patience());
  if (own.isEmpty) warnings.push({ code: 'SETTING', message: `${own.problem}; it is not sent` });
  else if (own.problem !== null) throw usageError(own.problem, own.expected ?? undefined);
  const said = own.value ?? context.env.PGPASSWORD ?? '';
  if (said !== '') return { ...address, password: said };
  const { password, hint } = await passwordOfFile(context, address, patience());
  return { ...address, password, passwordHint: hint ?? address.passwordHint };
}

async function fromFile(context: Context, patience: Patience): Promise<string | null> {
  const { value, source, problem, expected } = await readSecretFile(context, variable, patience);
  if (problem !== null) throw usageError(problem, expected ?? undefined);
  if (value === null) return null;
  const text = value.trim();
  const unfit = whatIsWrong('store', text);
  if (unfit === null) return text;
  // The text is not shown: the file may hold another secret.
  throw usageError(`${unfit.wrong} in ${source}: ${context.env[source ?? '']}; ${unfit.expected}`);
}
