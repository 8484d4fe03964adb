import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';

/**
 * Headers of a probe: those of DEPLOYTRACK_HEALTH_HEADERS (or …_FILE, one a line), then `--header 'Name: value'`,
 * the value `@file` read from that file. They may hold secrets: nothing shows or keeps them.
 */
export function probeHeaders(session: Session, options: readonly string[]): Record<string, string> {
  const { env, cwd } = session.context;
  const headers: Record<string, string> = {};
  const file = env.DEPLOYTRACK_HEALTH_HEADERS_FILE;
  const lines = [
    ...(env.DEPLOYTRACK_HEALTH_HEADERS ?? '').split('\n'),
    ...(file === undefined || file === '' ? [] : readLines(session, file)),
  ];
  for (const line of lines) {
    const parts = split(line);
    if (parts !== null) headers[parts.name] = parts.value;
    else if (line.trim() !== '')
      session.warnings.push({
        code: 'SETTING',
        message: 'DEPLOYTRACK_HEALTH_HEADERS: a line is no `Name: value` and was left out',
      });
  }
  for (const option of options) {
    const parts = split(option);
    if (parts === null)
      throw usageError(
        "--header: expected 'Name: value' or 'Name: @file'",
        'the name has letters, digits and -',
      );
    headers[parts.name] = parts.value.startsWith('@')
      ? readSecret(resolve(cwd, parts.value.slice(1)))
      : parts.value;
  }
  return headers;
}

function split(line: string): { name: string; value: string } | null {
  const found = /^\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(\S.*?)\s*$/.exec(line);
  return found === null ? null : { name: found[1] as string, value: found[2] as string };
}

function readLines(session: Session, file: string): string[] {
  try {
    return readFileSync(resolve(session.context.cwd, file), 'utf8').split(/\r?\n/);
  } catch (error) {
    session.warnings.push({
      code: 'SETTING',
      message: `DEPLOYTRACK_HEALTH_HEADERS_FILE: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); probes go without it`,
    });
    return [];
  }
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw usageError(`--header: ${file} cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
