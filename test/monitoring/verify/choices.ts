import type { Choice, Ledgers } from './ledgers.ts';

/** The same order in every run; sorting by ID would not give it, because IDs begin with a time. */
const inOrder =
  'SELECT deployment, environment, deployment_id FROM recent ORDER BY instance, deployment, environment, place DESC';

/**
 * All values of the variables that an expression uses: all pairs of deployment and environment, each also
 * left open; every ID with the others open, and one ID with every pair.
 */
export function choicesOf(expr: string, ledgers: Ledgers): Choice[] {
  const names = (name: keyof Choice) => new RegExp(`\\$\\{?${name}\\b`).test(expr);
  const offered = (name: keyof Choice) => [...new Set(ledgers.rows(inOrder).map((row) => String(row[name])))];
  const of = (name: keyof Choice): Choice[] =>
    names(name) ? [{}, ...offered(name).map((value) => ({ [name]: value }))] : [{}];
  const pairs = of('deployment').flatMap((deployment) =>
    of('environment').map((environment) => ({ ...deployment, ...environment })),
  );
  if (!names('deployment_id')) return pairs;
  const ids = offered('deployment_id');
  const [first = ''] = ids;
  return [
    ...ids.map((id) => ({ deployment_id: id })),
    ...pairs.slice(1).map((pair) => ({ ...pair, deployment_id: first })),
  ];
}

export function choiceText(choice: Choice): string {
  const text = Object.entries(choice).map(([name, value]) => `$${name}=${value}`);
  return text.join(' ');
}
