import { DeploytrackError, usageError } from '../errors.ts';

/** The content of a file; the message of its errors is shown. */
type ReadFile = (path: string) => string | Promise<string>;

export type Headers = Readonly<Record<string, string | readonly string[]>>;

/**
 * Lines `Name: value` or `Name: @file` as request headers; a repeated name is sent repeatedly. Throws a usage error, or
 * FILE if a file cannot be read; the value is never shown: it may be a secret.
 */
export async function parseHeaders(lines: readonly string[], readFile: ReadFile): Promise<Headers> {
  const headers = new Map<string, string | string[]>();
  for (const line of lines) {
    const { name, value } = await parseHeader(line, readFile);
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : [before, value].flat());
  }
  return Object.fromEntries(headers);
}

async function parseHeader(line: string, readFile: ReadFile): Promise<{ name: string; value: string }> {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim().toLowerCase();
  if (!/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name)) {
    throw usageError(
      'invalid header; expected "Name: value"',
      "use for example --header 'X-Token: @/run/token'",
    );
  }
  const given = line.slice(colon + 1).trim();
  const value = given.startsWith('@') ? await fromFile(name, given.slice(1), readFile) : given;
  if (!/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
    throw usageError(`the value of the header ${name} has characters that HTTP does not allow`);
  }
  return { name, value };
}

async function fromFile(name: string, path: string, readFile: ReadFile): Promise<string> {
  try {
    return (await readFile(path)).trim();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `the file of the header ${name} cannot be read: ${reason}`;
    throw new DeploytrackError({ code: 'FILE', message });
  }
}
