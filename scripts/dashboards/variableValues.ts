/** Queries Prometheus for the series of an instant query: their labels and values. */
export type Ask = (
  expr: string,
) => Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>;

const labelValues = /^label_values\((?:(?<selector>.+),\s*)?(?<label>\w+)\)$/s;
const queryResult = /^query_result\((?<expr>.+)\)$/s;

/** The PromQL inside a variable's query, and the label that its values come from (none: whole series). */
export function variableExpression(query: string): { readonly expr: string; readonly label: string | null } {
  const values = labelValues.exec(query)?.groups;
  if (values?.label !== undefined) {
    const { selector = `{${values.label}!=""}`, label } = values;
    return { expr: `count by (${label}) (${selector})`, label };
  }
  const result = queryResult.exec(query)?.groups;
  if (result?.expr !== undefined) return { expr: result.expr, label: null };
  throw new Error(`neither label_values() nor query_result(): ${query}`);
}

/** The values that a variable's query offers, each once, sorted. Variables are substituted before. */
export async function variableValues(query: string, ask: Ask): Promise<string[]> {
  const { expr, label } = variableExpression(query);
  const found = (await ask(expr)).map(({ labels, value }) =>
    label === null ? `${JSON.stringify(labels)} ${value}` : (labels[label] ?? ''),
  );
  return [...new Set(found)].filter((value) => value !== '').sort();
}
