import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context, Output } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { findOwn, isOpenToOthers } from '../../files/findOwn.ts';
import { wantsColor } from '../../output.ts';
import { isSimple, visible } from '../../text/visible.ts';
import { showFault } from '../show/showFault.ts';
import { breakCommands } from './ciCommands.ts';

/** Writes warnings to the target of the settings: stderr, stdout or a file; `off` drops them. */
export function reportWarnings(
  context: Context,
  { warnings, target }: { warnings: readonly Warning[]; target: string },
): void {
  for (const warning of distinct(warnings)) {
    if (warning.cause !== undefined) showFault(warning.cause, context);
    if (target === 'off') continue;
    if (target.startsWith('file:')) toFile(context, { path: target.slice('file:'.length), warning });
    else writeText(context, { target, text: inSystemForm(context, warning) });
  }
}

/** One line per warning. Falls back to stderr if the file cannot be written. */
function toFile(context: Context, { path, warning }: { path: string; warning: Warning }): void {
  const line = `${new Date(context.instant().wallMs).toISOString()} ${formatMessage(warning)}\n`;
  if (!appendLine(path, { line, uid: context.uid }))
    writeText(context, { target: 'stderr', text: inSystemForm(context, warning) });
}

/** Falls back to stderr if standard output cannot be written. */
function writeText(context: Context, { target, text }: { target: string; text: string }): void {
  if (target === 'stdout') exactly(context.stdout).write(text);
  if (target !== 'stdout' || lostOutput(context) !== null) exactly(context.stderr).write(text);
}

/** A message and what to do about it. */
interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A problem in one line, for files, annotations and tables. Control characters and invisible ones are escaped. */
export function formatMessage({ message, hint }: Problem): string {
  return oneLine(hint === undefined ? message : `${message} (hint: ${hint})`);
}

/** A problem as stderr shows it: the message, and the hint on a line of its own. `kind` is missing for plain notes. */
export function problemLines({ message, hint }: Problem, kind?: 'error' | 'warning'): string {
  const first = `deploytrack: ${kind === undefined ? '' : `${kind}: `}${oneLine(message)}\n`;
  return hint === undefined ? first : `${first}deploytrack: hint: ${oneLine(hint)}\n`;
}

function oneLine(text: string): string {
  return visible(text.replaceAll(/[\r\n\t]+/g, ' '));
}

/** GitHub Actions and Azure DevOps have their own forms, of one line each, which they show next to the step. */
function inSystemForm({ env }: Context, warning: Warning): string {
  const ci = ciOf(env);
  if (ci === null) return problemLines(warning, 'warning');
  if (ci === 'other') return breakCommands(problemLines(warning, 'warning'));
  const line = breakCommands(formatMessage(warning));
  return ci === 'github'
    ? `::warning title=deploytrack::${line.replaceAll('%', '%25')}\n`
    : `##vso[task.logissue type=warning]deploytrack: ${azureData(line)}\n`;
}

/** Escaped as the Azure agent unescapes it. Line ends are spaces already. */
function azureData(line: string): string {
  return line.replaceAll('%', '%AZP25').replaceAll(';', '%3B').replaceAll(']', '%5D');
}

/** Drops repeated warnings, older ones about the same, and those that another one with the same hint contains. */
function distinct(warnings: readonly Warning[]): Warning[] {
  const all = [...new Map(warnings.map((warning) => [warning.about ?? warning.message, warning])).values()];
  const holds = (other: Warning, one: Warning) =>
    other !== one && other.hint === one.hint && other.message.includes(one.message);
  return all.filter((one) => !all.some((other) => holds(other, one)));
}

/**
 * Appends a line to the file that the settings name. It never waits for a reader, and never writes to what another account
 * may have placed there: a link, or in a shared folder also a file of another account or a hard link. Returns false if
 * nothing was written.
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

/** Codes for a reader that closed the pipe, as `head` does; this is not an error. */
const readerLeft: ReadonlySet<string> = new Set(['EPIPE', 'ECONNRESET', 'EOF']);

/** The error message if standard output could not be written; null if it was written or its reader closed it. */
export function lostOutput({ stdout: { problem } }: Pick<Context, 'stdout'>): string | null {
  return problem === null || readerLeft.has(problem)
    ? null
    : `standard output cannot be written (${problem})`;
}

/** The exit code of a command that is for what it prints: 1 if it succeeded and its output is lost. */
export function heard(context: Context, code: number): number {
  const lost = lostOutput(context);
  if (lost === null) return code;
  context.stderr.write(problemLines({ message: lost }, 'error'));
  return code === 0 ? 1 : code;
}

/** An output whose text cannot become a command of the CI. */
interface GuardedOutput extends Output {
  /** The output without escaping: for exact bytes, and for our own CI commands. */
  readonly exact: Output;
}

/** The context with escaped outputs in a CI that acts on its log. The command that is run has its own streams. */
export function guardedContext(context: Context): Context {
  if (ciOf(context.env) === null) return context;
  return withChanged(context, { stdout: guarded(context.stdout), stderr: guarded(context.stderr) });
}

/** The context with a stderr that fits our messages to its terminal, if that knows its width. In a pipe each is one line. */
export function fittedContext(context: Context): Context {
  const { stderr, env } = context;
  const write = (text: string): void => {
    const columns = stderr.isTerminal ? (stderr.columns ?? 0) : 0;
    stderr.write(columns === 0 ? text : fitMessages(text, { columns, color: wantsColor(env, true) }));
  };
  return withChanged(context, { stderr: withChanged(stderr, { write }) });
}

/** Copies properties, not values: some read the system only when they are used. */
function withChanged<Of extends object>(one: Of, changed: Partial<Of>): Of {
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(one),
    ...Object.getOwnPropertyDescriptors(changed),
  }) as Of;
}

const kinds: Readonly<Record<string, string>> = { error: '\u001b[31m', warning: '\u001b[33m' };
/** Commands stay whole, so that they can be copied: the terminal breaks what is longer than its line. */
const unbroken = /(?:[^ `]*`[^`]*`[^ `]*|npm .*|[^ ]+) */g;

/** Messages of ours as a terminal shows them: wrapped between words, with their kind in color. Other lines are not changed. */
function fitMessages(text: string, { columns, color }: { columns: number; color: boolean }): string {
  const painted = (line: string): string =>
    color
      ? line.replace(
          /^(deploytrack: )(error|warning):/,
          (_, name, kind) => `${name}${kinds[kind]}${kind}:\u001b[39m`,
        )
      : line;
  return text
    .split('\n')
    .flatMap((line) => (line.startsWith('deploytrack: ') ? wrapped(line, columns).map(painted) : [line]))
    .join('\n');
}

function wrapped(line: string, columns: number): string[] {
  // Only of these the length is the width.
  if (line.length <= columns || !isSimple(line)) return [line];
  const lines: string[] = [];
  let current = '';
  for (const unit of line.match(unbroken) ?? []) {
    if (current.trim() !== '' && (current + unit).trimEnd().length > columns) {
      lines.push(current.trimEnd());
      current = '  ';
    }
    current += unit;
  }
  return [...lines, current];
}

/** The output without escaping. */
export function exactly(output: Output): Output {
  return 'exact' in output ? (output as GuardedOutput).exact : output;
}

/** The CI that acts on the log; null if there is none. */
export function ciOf(env: Context['env']): 'github' | 'azure' | 'other' | null {
  if (/^true$/i.test(env.GITHUB_ACTIONS ?? '')) return 'github';
  if (/^true$/i.test(env.TF_BUILD ?? '')) return 'azure';
  return (env.TEAMCITY_VERSION ?? '') === '' ? null : 'other';
}

function guarded(output: Output): GuardedOutput {
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(output),
    write: { value: (text: string) => output.write(breakCommands(text)), enumerable: true },
    exact: { value: output, enumerable: true },
  }) as GuardedOutput;
}
