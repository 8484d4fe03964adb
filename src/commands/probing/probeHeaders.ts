import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Headers, parseHeaders } from '../../probe/headers.ts';
import type { Session } from '../../session.ts';

/**
 * Headers of a probe: those of DEPLOYTRACK_HEALTH_HEADERS (or …_FILE, one a line), then `--header 'Name: value'`, which
 * win; a value `@file` is read from that file. They may hold secrets: nothing shows or keeps them. Throws a usage error
 * for a wrong option; a wrong line of the environment is a warning and left out.
 */
export function probeHeaders(session: Session, options: readonly string[]): Headers {
  const { cwd } = session.context;
  const read = (path: string) => readFileSync(resolve(cwd, path), 'utf8');
  const lines = environmentLines(session, read).flatMap((line): [string, Headers[string]][] => {
    try {
      return Object.entries(parseHeaders([line], read));
    } catch (error) {
      warn(session, `DEPLOYTRACK_HEALTH_HEADERS: a line was left out: ${(error as Error).message}`);
      return [];
    }
  });
  return { ...Object.fromEntries(lines), ...parseHeaders(options, read) };
}

function environmentLines(session: Session, read: (path: string) => string): string[] {
  const { DEPLOYTRACK_HEALTH_HEADERS: said = '', DEPLOYTRACK_HEALTH_HEADERS_FILE: file = '' } =
    session.context.env;
  return [said, file === '' ? '' : contentOf(session, { file, read })]
    .flatMap((text) => text.split(/\r?\n/))
    .filter((line) => line.trim() !== '');
}

function contentOf(
  session: Session,
  { file, read }: { file: string; read: (path: string) => string },
): string {
  try {
    return read(file);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    warn(session, `DEPLOYTRACK_HEALTH_HEADERS_FILE: ${file} cannot be read (${code}); probes go without it`);
    return '';
  }
}

function warn({ warnings }: Session, message: string): void {
  warnings.push({ code: 'SETTING', message });
}
