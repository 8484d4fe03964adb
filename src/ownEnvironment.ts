import { isUtf8 } from 'node:buffer';
import { readFileSync } from 'node:fs';

/** A command, and its environment. */
export interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

const carrier = 'DEPLOYTRACK_BYTES_';
/** Variables that a shell sets by itself. */
const setByShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];

/**
 * The call that gives a command our environment byte for byte. Node has it as text and would replace every byte that is
 * not UTF-8: a shell restores those and becomes the command. Variables that it would lose are refused.
 */
export function keepRawBytes(call: Call): Call | { readonly refused: string } {
  const bytes = ownEnvironment();
  if (bytes === null || isUtf8(bytes)) return call;
  const entries = split(bytes);
  const env = { ...call.env };
  const broken = entries
    .filter((entry) => !isUtf8(entry))
    .map((entry) => ({ name: nameOf(entry), value: entry.subarray(entry.indexOf('=') + 1) }))
    // One that was set anew for this command is as it should be.
    .filter(({ name }) => !isName(name) || env[name]?.includes('\uFFFD') === true);
  if (broken.length === 0) return call;
  const odd = entries.map(nameOf).find((name) => !isName(name));
  if (odd !== undefined) return { refused: refusal(broken, odd) };
  const steps = broken.map(({ name, value }, at) => {
    env[`${carrier}${at}`] = octal(value);
    const from = `${carrier}${at}`;
    return `${name}=$(printf "\${${from}}x"); ${name}=\${${name}%x}; export ${name}; unset ${from}`;
  });
  const absent = setByShell.filter((name) => env[name] === undefined);
  const script = [...steps, ...absent.map((name) => `unset ${name}`), 'exec "$@"'].join('\n');
  return {
    command: '/bin/sh',
    args: ['-c', script, 'sh', call.command, ...call.args],
    env,
  };
}

function refusal(broken: readonly { readonly name: string }[], odd: string): string {
  const [first] = broken.map(({ name }) => name).filter(isName);
  const what = first === undefined ? 'a variable' : `the variable ${first}`;
  return `${what} is not valid UTF-8, and no shell can pass on a variable named ${JSON.stringify(odd)}`;
}

/** As the kernel shows it; null if it does not. */
function ownEnvironment(): Buffer | null {
  try {
    return readFileSync('/proc/self/environ');
  } catch {
    return null;
  }
}

function split(bytes: Buffer): Buffer[] {
  const entries: Buffer[] = [];
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start);
    const stop = end === -1 ? bytes.length : end;
    if (bytes.subarray(start, stop).includes('=')) entries.push(bytes.subarray(start, stop));
    start = stop + 1;
  }
  return entries;
}

function nameOf(entry: Buffer): string {
  return entry.toString('latin1', 0, entry.indexOf('='));
}

function isName(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

function octal(value: Buffer): string {
  return Array.from(value, (byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
