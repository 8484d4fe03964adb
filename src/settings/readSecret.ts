import { resolve } from 'node:path';
import type { Context } from '../context.ts';
import { validText } from '../files/decodeText.ts';
import { type FileWorld, readWithin } from '../files/fileWithin.ts';
import { limitBytes } from '../files/readNamed.ts';
import { unfitSecret } from './unfitSecret.ts';

/** A secret as it was set, or what is wrong with it; both null if it is not set. */
export interface Secret {
  readonly value: string | null;
  /** The variable that decides: its own, or the one that names a file. */
  readonly source: string | null;
  /** `DEPLOYTRACK_SERVE_TOKEN is empty`: the caller decides whether that is an error. Never shows the value. */
  readonly problem: string | null;
  /** Whether the problem is that it is empty. */
  readonly isEmpty: boolean;
  /** What to use instead of a value that can never be verified or sent; otherwise null. */
  readonly expected: string | null;
}

export type SecretWorld = FileWorld & Pick<Context, 'cwd'>;

interface Patience {
  /** How long a file on another machine's mount may take to respond. */
  readonly withinMs: number;
}

/** Certificates come by the hundred; no other secret is longer. */
const longOnes: Readonly<Record<string, number>> = { DEPLOYTRACK_GATEWAY_CA: limitBytes.words };

const unset: Secret = { value: null, source: null, problem: null, isEmpty: false, expected: null };

function empty(source: string, what = source): Secret {
  return { ...unset, source, problem: `${what} is empty`, isEmpty: true };
}

/**
 * The secret of a variable, otherwise of the file that `<variable>_FILE` names: a regular file, links followed, without
 * its last line end. A variable that is set but empty is a problem: a secret was intended.
 */
export async function readSecret(world: SecretWorld, variable: string, patience: Patience): Promise<Secret> {
  const said = world.env[variable];
  // Spaces, or a byte order mark, can be guessed, so they count as empty.
  if (said !== undefined && said.trim() !== '') return fitting(variable, { value: said, source: variable });
  const ofFile = await readSecretFile(world, variable, patience);
  if (said === undefined || ofFile.source !== null) return ofFile;
  return empty(variable);
}

/** The secret of `<variable>_FILE` only. */
export async function readSecretFile(
  world: SecretWorld,
  variable: string,
  { withinMs }: Patience,
): Promise<Secret> {
  const source = `${variable}_FILE`;
  const mostBytes = longOnes[variable] ?? limitBytes.secret;
  const file = world.env[source];
  if (file === undefined) return unset;
  if (file === '') return empty(source);
  try {
    const content = await readWithin(world, resolve(world.cwd, file), { mostBytes, withinMs });
    const value = (validText(content) ?? '\ufffd').replace(/\r?\n$/, '');
    const what = `${source}: ${file}`;
    return value.trim() === '' ? empty(source, what) : fitting(variable, { value, source, what });
  } catch (error) {
    const why = (error as Error).message;
    return { ...unset, source, problem: `${source}: ${file} cannot be read (${why})` };
  }
}

function fitting(
  variable: string,
  { value, source, what = source }: { value: string; source: string; what?: string },
): Secret {
  const unfit = unfitSecret(variable, value);
  if (unfit === null) return { ...unset, value, source };
  return { ...unset, source, problem: `${what} ${unfit.wrong}`, expected: unfit.expected };
}

const userVariable = 'DEPLOYTRACK_SERVE_USERNAME';
const passwordVariable = 'DEPLOYTRACK_SERVE_PASSWORD';

/** The problem if only one of user name and password of the server is set, and what to do; null otherwise. */
export function missingHalf(
  isSet: (variable: string) => boolean,
): { message: string; hint: string; missing: string } | null {
  if (isSet(userVariable) === isSet(passwordVariable)) return null;
  const missing = isSet(userVariable) ? passwordVariable : userVariable;
  return {
    message: `${missing} is missing; user name and password must be set together`,
    hint: 'set both, or only DEPLOYTRACK_SERVE_TOKEN',
    missing,
  };
}
