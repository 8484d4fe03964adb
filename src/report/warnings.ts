import { appendFileSync } from 'node:fs';
import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';

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
    else (target === 'stdout' ? context.stdout : context.stderr).write(`${inSystemForm(context, warning)}\n`);
  }
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

/** Each cause once: a warning that another one holds, with the same way out, is not said besides. */
function distinct(warnings: readonly Warning[]): Warning[] {
  const all = [...new Map(warnings.map((warning) => [warning.message, warning])).values()];
  const holds = (other: Warning, one: Warning) =>
    other !== one && other.hint === one.hint && other.message.includes(one.message);
  return all.filter((one) => !all.some((other) => holds(other, one)));
}

function appendLine(path: string, line: string): void {
  try {
    appendFileSync(path, line);
  } catch {
    // A warning that cannot be written must not become a failure of its own.
  }
}
