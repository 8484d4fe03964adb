import { resolve } from 'node:path';
import { limitBytes } from '../../files/readNamed.ts';
import { readText } from '../../files/readText.ts';
import type { Session } from '../../session.ts';
import { readSecret, readSecretFile } from '../../settings/readSecret.ts';
import { type Headers, parseHeaders } from '../headers.ts';

const variable = 'DEPLOYTRACK_HEALTH_HEADERS';
/** A file on another machine's mount gets this long to respond. */
const withinMs = 2000;

/**
 * Headers of a probe: those of DEPLOYTRACK_HEALTH_HEADERS and DEPLOYTRACK_HEALTH_HEADERS_FILE (one per line), then
 * `--header 'Name: value'`, which win; a value `@file` is read from that file. They may be secrets: they are never
 * shown or stored. Throws a usage error for an invalid option; an invalid line of the environment is ignored with a
 * warning.
 */
export async function probeHeaders(session: Session, options: readonly string[]): Promise<Headers> {
  const read = (path: string) => readValue(session, path);
  const ofEnvironment: Record<string, Headers[string]> = {};
  for (const line of await environmentLines(session)) {
    try {
      Object.assign(ofEnvironment, await parseHeaders([line], read));
    } catch (error) {
      warn(session, `${variable}: a line was ignored: ${(error as Error).message}`);
    }
  }
  return { ...ofEnvironment, ...(await parseHeaders(options, read)) };
}

async function readValue({ context }: Session, path: string): Promise<string> {
  const limits = { mostBytes: limitBytes.secret, withinMs };
  return readText(context, resolve(context.cwd, path), limits);
}

/** From both, if both are set. */
async function environmentLines(session: Session): Promise<string[]> {
  const { context } = session;
  const said = await readSecret(context, variable, { withinMs });
  const file = said.source === variable ? await readSecretFile(context, variable, { withinMs }) : said;
  const both = said === file ? [said] : [said, file];
  for (const { problem } of both)
    if (problem !== null) warn(session, `${problem}; probes are sent without it`);
  return both.flatMap(({ value }) => (value ?? '').split(/\r?\n/)).filter((line) => line.trim() !== '');
}

function warn({ warnings }: Session, message: string): void {
  warnings.push({ code: 'SETTING', message });
}
