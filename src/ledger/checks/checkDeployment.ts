import type { ExportedDeployment, Row } from '../exchange/exportedDeployment.ts';
import { atMostOneEach } from '../read/budgetWeights.ts';
import { type Columns, deploymentColumns, rowColumns, type Value } from './columns.ts';
import { deploymentId } from './fields.ts';
import { object, type Read, type Reading, Unfit } from './reading.ts';

/** A finished deployment within the limits of the command line, and what was left out of it; or why it was rejected. */
export type CheckedDeployment =
  | { readonly carried: ExportedDeployment; readonly leftOut: readonly string[] }
  | { readonly wrong: string };

/** Reads a finished deployment from text. Never throws. */
export function checkDeployment(value: ExportedDeployment): CheckedDeployment {
  const at: Reading = { path: '', leftOut: [] };
  try {
    const id = deploymentId(value.deploymentId, { ...at, path: 'deploymentId' });
    const [own] = value.rows.deployment_metrics ?? [];
    if (own === undefined) return { wrong: 'it has no row of a finished deployment' };
    const rows: Record<string, Row[]> = {
      deployment_metrics: [
        readRow(own, { at: { ...at, path: 'deployment_metrics' }, columns: deploymentColumns }),
      ],
    };
    for (const [table, columns] of Object.entries(rowColumns))
      rows[table] = readRows(value.rows[table] ?? [], { at: { ...at, path: table }, columns });
    rows.error_budget_events = atMostOne(rows.error_budget_events ?? [], at);
    return { carried: { kind: 'deployment', deploymentId: id, rows }, leftOut: at.leftOut };
  } catch (error) {
    if (error instanceof Unfit) return { wrong: error.message };
    throw error;
  }
}

/** A row without a required value is left out as a whole. */
function readRows(given: readonly unknown[], { at, columns }: { at: Reading; columns: Columns }): Row[] {
  return given.flatMap((one, index) => {
    try {
      return [readRow(one, { at: { ...at, path: `${at.path}[${index}]` }, columns })];
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      at.leftOut.push(error.message);
      return [];
    }
  });
}

/** One deployment uses at most one failed deployment of the error budget. */
function atMostOne(events: readonly Row[], at: Reading): Row[] {
  const weights = atMostOneEach(events.map(({ weight }) => ({ id: '', weight: Number(weight) })));
  return events.filter((_, index) => {
    if ((weights[index] ?? 0) === events[index]?.weight) return true;
    at.leftOut.push(`error_budget_events[${index}] uses more than is left of one deployment`);
    return false;
  });
}

function readRow(value: unknown, { at, columns }: { at: Reading; columns: Columns }): Row {
  const others = Object.entries(columns.others).map(([name, read]) => [name, orDefault(read)] as const);
  return object<Record<string, Value | undefined>>({ ...columns.needed, ...Object.fromEntries(others) })(
    value,
    at,
  ) as Row;
}

/** Missing and invalid values are not written: the column has its own default. */
function orDefault(read: Read<Value>): Read<Value | undefined> {
  return (value, at) => {
    if (value === null || value === undefined) return undefined;
    try {
      return read(value, at);
    } catch (error) {
      if (!(error instanceof Unfit)) throw error;
      at.leftOut.push(error.message);
      return undefined;
    }
  };
}
