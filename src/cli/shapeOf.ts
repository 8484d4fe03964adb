import { acceptedOptions, formsOfFlag, type Grammar, takesValue } from './define/readInput.ts';
import type { Shape } from './split.ts';

/** The facts about a command that are needed to find the command that it wraps. */
export function shapeOf(command: Grammar): Shape {
  const options = acceptedOptions(command);
  const named = (takes: boolean | 'maybe') =>
    options.filter(([, data]) => takesValue(data) === takes).map(([name]) => name);
  const args = Object.values(command.args);
  const { wraps } = command.policy;
  return {
    name: command.name,
    values: named(true),
    maybeValues: named('maybe'),
    flags: options.flatMap(([name, data]) => (takesValue(data) === false ? formsOfFlag(name, data) : [])),
    operands: args.some(({ repeatable }) => repeatable === true) ? null : args.length,
    wraps: wraps === true,
    takesCommand: wraps === 'after-dashes',
  };
}
