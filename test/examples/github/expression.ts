import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { truthy } from '@actions/expressions/result';

/** What expressions may read: `github`, `inputs`, `needs` and others, as plain values. */
export type Contexts = Readonly<Record<string, unknown>>;
export type Status = 'success' | 'failure' | 'cancelled' | 'skipped';

/** A text with its `${{ }}` filled in by GitHub's own evaluator. */
export function filled(text: string, contexts: Contexts): string {
  return text.replaceAll(/\$\{\{([\s\S]*?)\}\}/g, (_whole, expression: string) =>
    evaluate(expression, { contexts, status: 'success' }).coerceString(),
  );
}

/** A mapping with each text filled in. */
export function allFilled(
  texts: Readonly<Record<string, unknown>> | undefined,
  contexts: Contexts,
): Record<string, string> {
  const entries = Object.entries(texts ?? {});
  return Object.fromEntries(entries.map(([name, text]) => [name, filled(String(text), contexts)]));
}

/** Whether an `if:` is true; one without a status function also requires success. */
export function holds(
  condition: string | undefined,
  world: { readonly contexts: Contexts; readonly status: Status },
): boolean {
  const bare = (condition ?? 'success()').replace(/^\s*\$\{\{([\s\S]*)\}\}\s*$/, '$1');
  const asks = /\b(always|success|failure|cancelled)\(\)/.test(bare);
  return truthy(evaluate(asks ? bare : `success() && (${bare})`, world));
}

function evaluate(
  expression: string,
  { contexts, status }: { readonly contexts: Contexts; readonly status: Status },
): data.ExpressionData {
  const answer = (name: string, value: boolean) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(value),
  });
  const functions = [
    answer('always', true),
    answer('success', status === 'success'),
    answer('failure', status === 'failure'),
    answer('cancelled', status === 'cancelled'),
  ];
  const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const values = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, values, new Map(functions.map((one) => [one.name, one]))).evaluate();
}
