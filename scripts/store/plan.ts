/** A node of a plan as `EXPLAIN (FORMAT JSON)` prints it. */
interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly 'Actual Rows'?: number;
  readonly 'Actual Loops'?: number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** How a statement reads one table. */
export interface Read {
  readonly table: string;
  readonly how: string;
  /** Rows that it looked at, if the plan was executed. */
  readonly rows: number;
}

/** One row for each host, ledger and store: they do not grow with the age of a fleet. */
const ofSize = new Set(['hosts', 'ledgers', 'store']);

/** How each growing table is read, from the output of `EXPLAIN (FORMAT JSON)`, with `ANALYZE` or without. */
export function readsOf(explained: string): Read[] {
  const [{ Plan: plan }] = JSON.parse(explained) as [{ Plan: PlanNode }];
  return nodesOf(plan)
    .filter((node) => node['Relation Name'] !== undefined && !ofSize.has(node['Relation Name']))
    .map((node) => ({
      table: node['Relation Name'] ?? '',
      how: node['Node Type'],
      rows: Math.round(
        ((node['Actual Rows'] ?? 0) + (node['Rows Removed by Filter'] ?? 0)) * (node['Actual Loops'] ?? 1),
      ),
    }));
}

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

/** A statement with its values in place, as a person would type it. */
export function typed(text: string, values: readonly unknown[]): string {
  return text.replaceAll(/\$(\d+)/g, (_, number: string) => literal(values[Number(number) - 1]));
}

function literal(value: unknown): string {
  if (value === null || value === undefined) return 'NULL';
  if (typeof value === 'number') return String(value);
  if (value instanceof Date) return `'${value.toISOString()}'`;
  if (Array.isArray(value)) return `'{${value.map((one) => JSON.stringify(one)).join(',')}}'`;
  return `'${String(value).replaceAll("'", "''")}'`;
}
