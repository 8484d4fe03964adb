import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { readSecret, readSecretFile } from '../settings/readSecret.ts';
import { type StoreAddress, storeAddress } from './storeAddress.ts';

const variable = 'DEPLOYTRACK_STORE_URL';
const passwordVariable = 'DEPLOYTRACK_STORE_PASSWORD';
/** A secret may be on a mount of another machine. */
const withinMs = 2000;

/**
 * The store that is set, with its password: that of the URL, otherwise `DEPLOYTRACK_STORE_PASSWORD`, otherwise
 * `PGPASSWORD`. Null if none is set. Throws a usage error for an invalid one.
 */
export async function storeSetting(
  { settings, context }: Session,
  said: string | true | null = null,
): Promise<StoreAddress | null> {
  const text = typeof said === 'string' ? said : (settings.text('store') ?? (await fromFile(context)));
  if (text === null) return null;
  const address = storeAddress(text);
  if (address.password !== null) return address;
  const own = await readSecret(context, passwordVariable, { withinMs });
  if (own.problem !== null) throw usageError(own.problem, own.expected ?? undefined);
  return { ...address, password: own.value ?? context.env.PGPASSWORD ?? null };
}

async function fromFile(context: Session['context']): Promise<string | null> {
  const { value, problem, expected } = await readSecretFile(context, variable, { withinMs });
  if (problem !== null) throw usageError(problem, expected ?? undefined);
  return value?.trim() ?? null;
}
