import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { findOwn, isOpenToOthers } from '../../files/findOwn.ts';
import { visible } from '../../text/visible.ts';
import { showFault } from '../show/showFault.ts';
import { breakCommands } from './ciCommands.ts';
import { ciOf, exactly } from './ciOutput.ts';

/** Words warnings, one line each, where the settings want them: stderr, stdout, nowhere, or a file. */
export function reportWarnings(
  context: Context,
  { warnings, target }: { warnings: readonly Warning[]; target: string },
): void {
  for (const warning of distinct(warnings)) {
    if (warning.cause !== undefined) showFault(warning.cause, context);
    if (target === 'off') continue;
    if (target.startsWith('file:')) toFile(context, { path: target.slice('file:'.length), warning });
    else writeLine(context, { target, line: `${inSystemForm(context, warning)}\n` });
  }
}

/** Where the file takes nothing, standard error is what is left: a warning that nobody reads is none. */
function toFile(context: Context, { path, warning }: { path: string; warning: Warning }): void {
  const line = `${new Date(context.instant().wallMs).toISOString()} ${formatMessage(warning)}\n`;
  if (!appendLine(path, { line, uid: context.uid }))
    writeLine(context, { target: 'stderr', line: `${inSystemForm(context, warning)}\n` });
}

/** Where standard output cannot be written, standard error is what is left. */
function writeLine(context: Context, { target, line }: { target: string; line: string }): void {
  if (target === 'stdout') exactly(context.stdout).write(line);
  if (target !== 'stdout' || lostOutput(context) !== null) exactly(context.stderr).write(line);
}

/** One line: what was wrong, and in parentheses what to do next. What a terminal or an eye would follow is made visible. */
export function formatMessage(warning: { message: string; hint?: string | undefined }): string {
  const line = warning.hint === undefined ? warning.message : `${warning.message} (${warning.hint})`;
  return visible(line.replaceAll(/[\r\n\t]+/g, ' '));
}

/** GitHub Actions and Azure DevOps have forms of their own, which they show beside the step. */
function inSystemForm({ env }: Context, warning: Warning): string {
  const line = breakCommands(formatMessage(warning));
  const ci = ciOf(env);
  if (ci === 'github') return `::warning title=deploytrack::${line.replaceAll('%', '%25')}`;
  if (ci === 'azure') return `##vso[task.logissue type=warning]deploytrack: ${azureData(line)}`;
  return `deploytrack: warning: ${ci === null ? formatMessage(warning) : line}`;
}

/** As its agent reads it back. Line ends are blanks already. */
function azureData(line: string): string {
  return line.replaceAll('%', '%AZP25').replaceAll(';', '%3B').replaceAll(']', '%5D');
}

/** Each cause once: a warning that another one holds, with the same way out, is not said besides. */
function distinct(warnings: readonly Warning[]): Warning[] {
  const all = [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
  const holds = (other: Warning, one: Warning) =>
    other !== one && other.hint === one.hint && other.message.includes(one.message);
  return all.filter((one) => !all.some((other) => holds(other, one)));
}

/**
 * Adds a line to the file that the settings name, and never waits for a reader. What stands there through somebody else (a
 * link that another account laid, in a folder for everybody also a file of another account or a second name) is left alone.
 * False where nothing was written.
 */
function appendLine(path: string, { line, uid }: { line: string; uid: number | undefined }): boolean {
  const { O_WRONLY, O_APPEND, O_CREAT } = constants;
  const careful = (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  try {
    const at = findOwn(path, uid)?.path ?? path;
    const file = openSync(at, O_WRONLY | O_APPEND | O_CREAT | careful, 0o666);
    try {
      const { uid: owner, nlink } = fstatSync(file);
      const isOurs = nlink === 1 && (owner === uid || owner === 0);
      if (!isOurs && uid !== undefined && isOpenToOthers(statSync(dirname(at)), uid)) return false;
      return writeSync(file, line) === Buffer.byteLength(line);
    } finally {
      closeSync(file);
    }
  } catch {
    return false; // A warning that cannot be written must not become a failure of its own.
  }
}

/** Codes that say that the reader went away, as `head` does when it has enough: no failure of anybody. */
const readerLeft: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** What is to be said where standard output could not be written; null where it was, and where its reader left. */
export function lostOutput({ stdout: { problem } }: Pick<Context, 'stdout'>): string | null {
  return problem === null || readerLeft.has(problem)
    ? null
    : `standard output cannot be written (${problem})`;
}

/** The exit code of a command that is for what it prints: 1 if it succeeded and its output is lost. */
export function heard(context: Context, code: number): number {
  const lost = lostOutput(context);
  if (lost === null) return code;
  context.stderr.write(`deploytrack: ${formatMessage({ message: lost })}\n`);
  return code === 0 ? 1 : code;
}
