import type { Context, Output } from '../../context.ts';
import { breakCommands } from './ciCommands.ts';

/** An output whose text cannot become a command of the CI. */
interface GuardedOutput extends Output {
  /** The output without escaping: for exact bytes, and for our own CI commands. */
  readonly exact: Output;
}

/** The context with escaped outputs in a CI that acts on its log. The command that is run has its own streams. */
export function guardedContext(context: Context): Context {
  if (ciOf(context.env) === null) return context;
  const outputs = { stdout: guarded(context.stdout), stderr: guarded(context.stderr) };
  // Copies properties, not values: some read the system only when they are used.
  return Object.create(Object.prototype, {
    ...Object.getOwnPropertyDescriptors(context),
    ...Object.getOwnPropertyDescriptors(outputs),
  }) as Context;
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
