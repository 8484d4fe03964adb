import type { Context, Output } from '../../context.ts';
import { breakCommands } from './ciCommands.ts';

/** An output of which no text becomes a command of the CI that reads it. */
interface GuardedOutput extends Output {
  /** For what must arrive byte for byte, and for commands of our own. */
  readonly exact: Output;
}

/** The world, its outputs guarded where a CI acts on what they say; elsewhere the same. Wrapped commands have their own streams. */
export function guardedContext(context: Context): Context {
  if (ciOf(context.env) === null) return context;
  const outputs = { stdout: guarded(context.stdout), stderr: guarded(context.stderr) };
  // By its properties, not their values: some are asked of the system only when somebody wants them.
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(context),
    ...Object.getOwnPropertyDescriptors(outputs),
  }) as Context;
}

/** Past the guard. */
export function exactly(output: Output): Output {
  return 'exact' in output ? (output as GuardedOutput).exact : output;
}

/** Whose forms a log has; null outside of a CI that acts on its log. */
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
