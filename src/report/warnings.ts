import { closeSync, constants, openSync, writeSync } from 'node:fs';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import { lostOutput } from './lostOutput.ts';

/** Words warnings, one line each, where the settings want them: stderr, stdout, nowhere, or a file. */
export function reportWarnings(
  context: Context,
  { warnings, target }: { warnings: readonly Warning[]; target: string },
): void {
  for (const warning of distinct(warnings)) {
    if (target === 'off') continue;
    if (target.startsWith('file:'))
      appendLine(
        target.slice('file:'.length),
        `${new Date(context.instant().wallMs).toISOString()} ${inWords(warning)}\n`,
      );
    else writeLine(context, { target, line: `${inSystemForm(context, warning)}\n` });
  }
}

/** Where standard output cannot be written, standard error is what is left. */
function writeLine(context: Context, { target, line }: { target: string; line: string }): void {
  if (target === 'stdout') context.stdout.write(line);
  if (target !== 'stdout' || lostOutput(context) !== null) context.stderr.write(line);
}

/** One line: what was wrong, and in parentheses what to do next. */
export function inWords(warning: { message: string; hint?: string | undefined }): string {
  const line = warning.hint === undefined ? warning.message : `${warning.message} (${warning.hint})`;
  return line.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ');
}

/** GitHub Actions and Azure DevOps have forms of their own, which they show beside the step. */
function inSystemForm(context: Context, warning: Warning): string {
  const line = inWords(warning);
  if (context.env.GITHUB_ACTIONS === 'true')
    return `::warning title=deploytrack::${line.replaceAll('%', '%25')}`;
  if (context.env.TF_BUILD === 'True') return `##vso[task.logissue type=warning]deploytrack: ${line}`;
  return `deploytrack: warning: ${line}`;
}

function distinct(warnings: readonly Warning[]): Warning[] {
  return [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
}

function appendLine(path: string, line: string): void {
  try {
    // A pipe that nobody reads is not waited for.
    const { O_WRONLY, O_APPEND, O_CREAT, O_NONBLOCK = 0 } = constants;
    const file = openSync(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK, 0o666);
    try {
      writeSync(file, line);
    } finally {
      closeSync(file);
    }
  } catch {
    // A warning that cannot be written must not become a failure of its own.
  }
}
