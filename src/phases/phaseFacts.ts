import { resolve } from 'node:path';
import { sizeWithin } from '../files/fileWithin.ts';
import { limitBytes } from '../files/readNamed.ts';
import { readText } from '../files/readText.ts';
import type { PhaseEndMark } from '../marks.ts';
import { amountLimits, isWithin } from '../model.ts';
import type { Session } from '../session.ts';
import type { FactSources } from './phaseMarks.ts';

/** After the command, a file on another machine's mount gets this long to respond. */
const fileWithinMs = 1000;

/** Reads what the options of an ended phase name. A count that is given comes before the one in a file. */
export async function phaseFacts(
  session: Session,
  { count, countFile, databaseFile, ...unpacked }: FactSources,
): Promise<Pick<PhaseEndMark, 'migrationCount' | 'artifact' | 'databaseBytes'>> {
  return {
    migrationCount: count ?? (countFile === null ? null : await countFromFile(session, countFile)),
    artifact: await artifactOf(session, unpacked),
    databaseBytes: await sizeOf(session, { option: 'database-file', path: databaseFile }),
  };
}

async function artifactOf(
  session: Session,
  { artifact, downloadSeconds }: Pick<FactSources, 'artifact' | 'downloadSeconds'>,
): Promise<PhaseEndMark['artifact']> {
  if (artifact === null && downloadSeconds === null) return null;
  return { bytes: await sizeOf(session, { option: 'artifact', path: artifact }), downloadSeconds };
}

/** Null without a path, and, with a warning, if it is missing or not a regular file. */
async function sizeOf(
  { context, warnings }: Session,
  { option, path }: { option: string; path: string | null },
): Promise<number | null> {
  if (path === null) return null;
  const size = await sizeWithin(context, resolve(context.cwd, path), fileWithinMs);
  if (size === null)
    warnings.push({
      code: 'SIZE',
      message: `--${option} ${path}: cannot read the file; its size was not recorded`,
      hint: 'check the path; the file is read when the command or phase has ended',
      failed: 'recording',
    });
  return size;
}

/** The whole number in a file; a warning and null if there is none. */
async function countFromFile(session: Session, file: string): Promise<number | null> {
  try {
    const limits = { mostBytes: limitBytes.secret, withinMs: fileWithinMs };
    const text = (await readText(session.context, resolve(session.context.cwd, file), limits)).trim();
    if (/^\d{1,15}$/.test(text) && isWithin(Number(text), amountLimits.migrations)) return Number(text);
    warn(
      session,
      `--count-file ${file}: expected one whole number up to ${amountLimits.migrations.max}, found ${JSON.stringify(text.slice(0, 40))}`,
    );
  } catch (error) {
    warn(session, `--count-file ${file} cannot be read (${(error as Error).message})`);
  }
  return null;
}

function warn({ warnings }: Session, message: string): void {
  const hint = 'let the tool write the number there, or use --count';
  const consequence = 'counted as 1 migration';
  warnings.push({ code: 'COUNT', message: `${message}; ${consequence}`, hint, failed: 'recording' });
}
