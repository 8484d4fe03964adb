import { transaction } from '../file/transaction.ts';
import type { Damaged, Moment } from './damaged.ts';
import { addLoose } from './loose.ts';
import type { Schema, Shape } from './shapes.ts';
import type { Stage } from './stage.ts';
import { type Entry, walkTree } from './tree.ts';

/** Collects every row that can be read. Returns the tables of which something could not. */
export function salvage(
  stage: Stage,
  { damaged, schema }: { damaged: Damaged; schema: Schema },
): ReadonlySet<string> {
  return transaction(stage.database, { mode: 'write' }, () => {
    const incomplete = new Set<string>();
    // The first of two rows with one key stays: those of the newest state come first.
    for (const moment of damaged.moments)
      for (const shape of schema.shapes) if (addTable(stage, { moment, shape })) incomplete.add(shape.table);
    for (const moment of damaged.moments) {
      const isWhole = addIndexes(stage, { moment, schema });
      if (!isWhole || incomplete.size > 0 || moment.schema.isDamaged)
        addLoose(stage, { moment, shapes: schema.shapes });
    }
    // With a damaged log, every table may lack the newest rows.
    if (damaged.log?.isDamaged === true) for (const { table } of schema.shapes) incomplete.add(table);
    return incomplete;
  });
}

function addTable(stage: Stage, { moment, shape }: { moment: Moment; shape: Shape }): boolean {
  const { table, kind } = shape;
  const root = rootOf(moment, { type: 'table', name: table });
  if (root === null) return true;
  let isStrange = false;
  const take = (entry: Entry) => {
    if (!stage.add(shape, entry)) isStrange = true;
  };
  return walkTree(moment.walk, { root, kind, take }) || isStrange;
}

/** The indexes of our tables, for the pages that belong to them and for the rows that they name. */
function addIndexes(stage: Stage, { moment, schema }: { moment: Moment; schema: Schema }): boolean {
  let isWhole = true;
  for (const { type, name, table } of schema.rows) {
    const root = type === 'index' ? rootOf(moment, { type, name }) : null;
    if (root === null) {
      isWhole &&= type !== 'index' || isOfKey(schema, name);
      continue;
    }
    const take = takeNamed(stage, { name, table, schema });
    isWhole = !walkTree(moment.walk, { root, kind: 'index', take }) && isWhole;
  }
  return isWhole;
}

/** The key of a table without row IDs is listed as an index, but is the table itself. */
function isOfKey({ shapes }: Schema, index: string): boolean {
  return shapes.some(({ table, kind }) => kind === 'index' && index === `sqlite_autoindex_${table}_1`);
}

function takeNamed(
  stage: Stage,
  { name, table, schema }: { name: string; table: string; schema: Schema },
): (entry: Entry) => void {
  const groups = schema.shapes.find((shape) => shape.table === 'groups');
  if (name === 'sqlite_autoindex_groups_1' && groups !== undefined)
    return ({ values }) => {
      const [instance = null, deployment = null, environment = null, rowid] = values;
      if (typeof rowid === 'number')
        stage.add(groups, { rowid, values: [null, instance, deployment, environment] });
    };
  const hasRowIds = schema.shapes.some((shape) => shape.table === table && shape.kind === 'table');
  if (!hasRowIds || !/_by_deployment$|^deployment_by_id$/.test(name)) return () => {};
  return ({ values }) => {
    const [deploymentId, rowid] = [values[0], values.at(-1)];
    if (typeof deploymentId === 'string' && typeof rowid === 'number')
      stage.note(table, { deploymentId, rowid });
  };
}

function rootOf({ schema }: Moment, { type, name }: { type: string; name: string }): number | null {
  return schema.roots.find((root) => root.type === type && root.name === name)?.root ?? null;
}
