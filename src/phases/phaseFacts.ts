import { resolve } from 'node:path';
import { sizeWithin } from '../files/fileWithin.ts';
import type { PhaseEndMark } from '../marks.ts';
import type { Session } from '../session.ts';
import { countFromFile, fileWithinMs } from './migrationCount.ts';
import type { FactSources } from './phaseMarks.ts';

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
