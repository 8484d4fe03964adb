import type { Choice, Ledgers } from './ledgers.ts';

/** The same order in every run; sorting by ID would not give it, because IDs begin with a time. */
const inOrder =
  'SELECT deployment, environment, instance, deployment_id FROM recent ORDER BY instance, deployment, environment, place DESC';

/**
 * All values of the variables that an expression uses: all pairs of deployment and environment, each also
 * left open; every host, and an address of the web UI, with the others open; every ID with the others open, and one ID
 * with every pair, host and address.
 */
export function choicesOf(expr: string, ledgers: Ledgers): Choice[] {
  const names = (name: keyof Choice) => new RegExp(`\\$\\{?${name}\\b`).test(expr);
  const offered = (name: keyof Choice) => [...new Set(ledgers.rows(inOrder).map((row) => String(row[name])))];
  const of = (name: keyof Choice): Choice[] =>
    names(name) ? [{}, ...offered(name).map((value) => ({ [name]: value }))] : [{}];
  const pairs = of('deployment').flatMap((deployment) =>
    of('environment').map((environment) => ({ ...deployment, ...environment })),
  );
  const alone = [
    ...of('instance').slice(1),
    ...(names('page') ? [{ page: 'http://deploys.example:9102/' }] : []),
  ];
  if (!names('deployment_id')) return [...pairs, ...alone];
  const ids = offered('deployment_id');
  const [first = ''] = ids;
  return [
    ...ids.map((id) => ({ deployment_id: id })),
    ...[...pairs.slice(1), ...alone].map((pair) => ({ ...pair, deployment_id: first })),
  ];
}

export function choiceText(choice: Choice): string {
  const text = Object.entries(choice).map(([name, value]) => `$${name}=${value}`);
  return text.join(' ');
}
