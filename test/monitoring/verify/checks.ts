import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { alertExpectations } from './alertExpectations.ts';
import type { Expectation } from './expectation.ts';
import { asWritten, seedExpectations } from './seedExpectations.ts';
import { seedQueries } from './seedQueries.ts';

/** One expression that must answer what the ledger says, whatever is chosen for its variables. */
export interface Check {
  readonly id: string;
  /** For people: where it comes from and what it asks. */
  readonly what: string;
  readonly expr: string;
  readonly expectation: Expectation;
  readonly rangeSeconds?: number;
  /** Drawn over time. */
  readonly isRange?: true;
}

/** Every query of the documents, in the nearest valid form and, where it is valid and means something else, as written. */
export function seedChecks(root: string): Check[] {
  return seedQueries(root).flatMap(({ id, source, written, isValid, expr }) => {
    const checks = [{ id, what: source, expr, expectation: expected(seedExpectations, id) }];
    if (!isValid || expr === written) return checks;
    return [
      ...checks,
      { id: `${id} as written`, what: source, expr: written, expectation: expected(asWritten, id) },
    ];
  });
}

/** Every alert's expression: what is asked before its `for`. */
export function alertChecks(root: string): Check[] {
  const text = readFileSync(join(root, 'examples/monitoring/rules/alerts.yml'), 'utf8');
  const { groups } = parse(text) as { groups: { name: string; rules: { alert: string; expr: string }[] }[] };
  return groups.flatMap(({ name, rules }) =>
    rules.map(({ alert, expr }) => ({
      id: alert,
      what: name,
      expr,
      expectation: expected(alertExpectations, alert),
    })),
  );
}

function expected(all: Readonly<Record<string, Expectation>>, id: string): Expectation {
  const found = all[id];
  if (found === undefined) throw new Error(`nobody says what the ledger has for ${id}`);
  return found;
}
