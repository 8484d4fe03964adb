import type { Warning } from '../../errors.ts';
import type { Session } from '../../session.ts';
import type { Check } from '../check.ts';
import { editCommand } from '../editCommand.ts';
import { wrong } from '../finding.ts';

export const settings: Check = {
  name: 'settings',
  title: 'the values of options, environment and settings file',
  find: ({ session }) =>
    session.settings.problems.map((problem) =>
      wrong({
        message: problem.message,
        meaning: 'marks ignore this value; other commands reject it',
        fix: fixOf(session, problem),
      }),
    ),
};

/** By the source of the value: a variable can be unset, a file is edited unless its hint has a command for it. */
function fixOf({ context, settings }: Session, { message, hint, variable }: Warning): string {
  const { filePath } = settings;
  if (variable !== undefined) return `${hint ?? 'correct it'}, or run \`unset ${variable}\``;
  if (filePath === null || !message.includes(filePath)) return hint ?? 'correct it, or unset it';
  if (hint?.includes(filePath) === true) return hint;
  // An example in backticks is not a command.
  return `${hint?.replaceAll('`', '"') ?? 'correct it'}: run \`${editCommand(context, filePath)}\``;
}
