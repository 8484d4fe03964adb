import type { Context } from '../context.ts';
import { typedPath } from '../text/shellArgument.ts';

/** The command that opens a file in an editor. */
export function editCommand({ platform }: Pick<Context, 'platform'>, path: string): string {
  return platform === 'win32' ? `notepad ${typedPath(path)}` : `\${EDITOR:-vi} ${typedPath(path)}`;
}
