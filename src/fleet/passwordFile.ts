import { join, resolve } from 'node:path';
import type { Context } from '../context.ts';
import { fileStat } from '../files/fileStat.ts';
import { readWithin, sizeWithin } from '../files/fileWithin.ts';
import { limitBytes } from '../files/readNamed.ts';
import type { StoreAddress } from './storeAddress.ts';

/** The password of a file, or why it was not used; both null if there is none. */
export interface FilePassword {
  readonly password: string | null;
  readonly hint: string | null;
}

const none: FilePassword = { password: null, hint: null };
const othersMayRead = 0o077;

/**
 * The password for an address in the file of `PGPASSFILE`, otherwise `~/.pgpass`, by the rules of libpq: the first line
 * that matches, and nothing if other accounts can read the file.
 * https://www.postgresql.org/docs/current/libpq-pgpass.html
 */
export async function passwordOfFile(
  context: Context,
  address: StoreAddress,
  { withinMs }: { withinMs: number },
): Promise<FilePassword> {
  const path = placeOf(context);
  if (path === null) return none;
  // A home on a mount that does not respond: nothing may wait for it.
  if ((await sizeWithin(context, path, withinMs)) === null) return none;
  const stat = fileStat(path);
  if (stat === null) return none;
  if (context.platform !== 'win32' && (stat.mode & othersMayRead) !== 0)
    return { password: null, hint: `run \`chmod 600 ${path}\`: other accounts can read this file` };
  try {
    const content = await readWithin(context, path, { mostBytes: limitBytes.words, withinMs });
    const lines = content.toString('utf8').split(/\r?\n/);
    const found = lines.map((line) => passwordIn(line, address)).find((password) => password !== null);
    return { password: found ?? null, hint: null };
  } catch (error) {
    return { password: null, hint: `correct ${path}: ${(error as Error).message}` };
  }
}

function placeOf(context: Context): string | null {
  const { env, platform, cwd } = context;
  if (env.PGPASSFILE !== undefined && env.PGPASSFILE !== '') return resolve(cwd, env.PGPASSFILE);
  if (platform === 'win32')
    return env.APPDATA === undefined ? null : join(env.APPDATA, 'postgresql', 'pgpass.conf');
  const home = context.homeFolder();
  return home === null ? null : join(home, '.pgpass');
}

/** A backslash makes the next character an ordinary one; the last field is the rest of the line. */
const field = String.raw`((?:\\.|[^\\:])*)`;
const fields = new RegExp(`^(?!#)${field}:${field}:${field}:${field}:(.*)$`);
const plain = (raw: string): string => raw.replaceAll(/\\(.)/g, '$1');

/** The password of a line that is meant for the address; otherwise null. */
function passwordIn(line: string, { host, port, database, user }: StoreAddress): string | null {
  const found = fields.exec(line)?.slice(1);
  if (found === undefined) return null;
  const hosts = host.startsWith('/') ? [host, 'localhost'] : [host];
  const isMeant = [hosts, [String(port)], [database], [user]].every(
    (values, at) => found[at] === '*' || values.includes(plain(found[at] ?? '')),
  );
  return isMeant ? plain(found[4] ?? '') : null;
}
