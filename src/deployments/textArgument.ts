import { resolve } from 'node:path';
import type { Warning } from '../errors.ts';
import { decodeTail } from '../files/decodeText.ts';
import { withoutPartialWord } from '../redact.ts';
import type { Session } from '../session.ts';
import { keptText, keptTextBytes, readTextBytes } from '../storedText.ts';

/**
 * The text of the option `name`: as given, from `@file`, or from standard input with `-`. Its last 64 KiB are stored,
 * with a warning. Text that cannot be read is ignored with a warning, so that the mark is recorded.
 */
export async function textArgument(
  session: Session,
  { name, value }: { name: string; value: string | null },
): Promise<string | null> {
  if (value === null) return null;
  if (value !== '-' && !value.startsWith('@')) return kept(session, { text: value, source: `--${name}` });
  return ofFile(session, { name, file: value === '-' || value === '@-' ? '-' : value.slice(1) });
}

/** The same for DEPLOYTRACK_ERROR; null if it is empty or not set. */
export function environmentError(session: Session): string | null {
  const said = session.context.env.DEPLOYTRACK_ERROR;
  return said === undefined || said === ''
    ? null
    : kept(session, { text: said, source: 'DEPLOYTRACK_ERROR' });
}

async function ofFile(
  session: Session,
  { name, file }: { name: string; file: string },
): Promise<string | null> {
  const { context, warnings } = session;
  const source = `--${name}`;
  const shown = file === '-' ? 'standard input' : file;
  try {
    const path = file === '-' ? file : resolve(context.cwd, file);
    const { readTail } = await import('../files/readTail.ts');
    const tail = await readTail(context, path, readTextBytes);
    if (tail.isUnfinished)
      warnings.push({
        code: 'TEXT',
        message: `${source}: ${shown} did not end in time; the part that was read was recorded`,
      });
    const { text: decoded, isValid } = decodeTail(tail);
    if (!isValid) warnings.push(notAllRead(`${source}: ${shown}`));
    const text = decoded.trimEnd();
    return kept(session, { text: tail.isCut ? wholeStart(text) : text, source, isCut: tail.isCut });
  } catch (error) {
    warnings.push({
      code: 'TEXT',
      message: `${source}: ${shown === '' ? '@' : shown} cannot be read: ${(error as Error).message}; everything else was recorded`,
      hint: 'use @<file> to read a file, or - to read standard input',
      failed: 'recording',
    });
    return null;
  }
}

function notAllRead(what: string): Warning {
  return {
    code: 'TEXT',
    message: `${what} is not text in UTF-8; it was recorded with \ufffd for what could not be read`,
    hint: 'save it as UTF-8, or as UTF-16 with a byte order mark',
  };
}

/** Drops the rest of a cut line or word if enough is left: the name that would identify a secret is gone. */
function wholeStart(text: string): string {
  const whole = withoutPartialWord(text);
  return text.length - whole.length <= readTextBytes - keptTextBytes ? whole : text;
}

function kept(
  { warnings }: Session,
  { text: whole, source, isCut = false }: { text: string; source: string; isCut?: boolean },
): string {
  const cut = keptText(whole);
  if (cut.isCut || isCut)
    warnings.push({ code: 'TEXT', message: `${source} is long; only its last 64 KiB were recorded` });
  return cut.text;
}
