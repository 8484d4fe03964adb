import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDeployment } from '../../../src/ledger/checks/checkDeployment.ts';
import type { ExportedDeployment } from '../../../src/ledger/exchange/exportedDeployment.ts';
import { exportLines } from '../../../src/ledger/exchange/exportLines.ts';
import { importDeployment } from '../../../src/ledger/exchange/importDeployment.ts';
import { saveOpenMark } from '../../../src/ledger/exchange/openMarks.ts';
import { importMark } from '../../../src/ledger/journal/importJournals.ts';
import type { Mark } from '../../../src/marks.ts';
import { isFreeText } from '../../../src/model.ts';
import { redactMark } from '../../../src/redactMark.ts';
import { isPlain } from '../../../src/text/plainText.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { costMark, finishMark, rollbackMark, smokeMark, startMark } from '../makeMarks.ts';

const letters = fc.constantFrom(
  ...['a', ' ', '=', 'é', '\u05d0', '\u0627', '\u200e', '\u200f', '\u061c', '\u200d', '🚀'],
);
const steering = fc.constantFrom(...['\t', '\n', '\r', '\u001b', '\u0000', '\u009b', '\u2028', '\u202e']);
const freeWords = (unit: fc.Arbitrary<string>) =>
  fc.string({ unit, minLength: 1, maxLength: 200 }).filter(isFreeText);
const plainWords = fc
  .oneof(freeWords(letters), freeWords(fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })))
  .filter((text) => isPlain(text));
const steeringWords = fc
  .tuple(freeWords(fc.oneof(letters, steering)), steering)
  .map(([text, letter]) => `${[...text].slice(0, 198).join('')}${letter}x`);

/** The free-form texts that a ledger stores for one deployment. */
function kept(world: LedgerWorld) {
  return world.rows(
    `SELECT deployment_method AS method, triggered_by, version, (SELECT test_name FROM smoke_tests) AS test,
     (SELECT resource FROM infrastructure_costs) AS resource, (SELECT reason FROM rollbacks) AS reason FROM deployment_metrics`,
  )[0];
}

/** A ledger whose commands were given this text in every free-form field. */
function told(text: string, isFinished: boolean): LedgerWorld {
  const world = ledgerWorld();
  const at = world.context.instant();
  const marks: Mark[] = [
    startMark(at, { method: text, triggeredBy: text, version: text }),
    smokeMark(at, { test: text }),
    costMark(at, { resource: text }),
    rollbackMark(at, { reason: text }),
    ...(isFinished ? [finishMark(at)] : []),
  ];
  for (const mark of marks.map((one) => redactMark(one))) {
    world.apply(mark);
    saveOpenMark(world.database, mark);
  }
  return world;
}

/**
 * The ledger that an export becomes in another place; throws if a line of it is rejected or only partly
 * imported.
 */
function carried(from: LedgerWorld): LedgerWorld {
  const world = ledgerWorld();
  const { context, database } = world;
  const refused = (why: string) => {
    throw new Error(why);
  };
  for (const given of exportLines(from.database, { id: null, deployment: null, environment: null })) {
    const line = JSON.parse(JSON.stringify(given)) as Mark | ExportedDeployment;
    if ('markId' in line) {
      const told = { refused, partly: refused, waits: ({ message }: Error) => refused(message) };
      importMark(context, { database, mark: line, author: 'anybody', ...told });
      continue;
    }
    const checked = checkDeployment(line);
    if ('wrong' in checked || checked.leftOut.length > 0) throw new Error(JSON.stringify(checked));
    importDeployment(database, { carried: checked.carried, wallMs: context.instant().wallMs });
  }
  return world;
}

function throughExport(text: string, isFinished: boolean) {
  const from = told(text, isFinished);
  const to = carried(from);
  try {
    return { before: kept(from), after: kept(to) };
  } finally {
    from.close();
    to.close();
  }
}

test('free-form text without terminal control characters is unchanged after export and import', () => {
  fc.assert(
    fc.property(plainWords, fc.boolean(), (text, isFinished) => {
      const { before, after } = throughExport(text, isFinished);
      expect(after).toEqual(before);
    }),
    { numRuns: 60 },
  );
}, 120_000);

test('free-form text with terminal control characters is exported and imported without them', () => {
  fc.assert(
    fc.property(steeringWords, fc.boolean(), (text, isFinished) => {
      const { after } = throughExport(text, isFinished);
      for (const [name, value] of Object.entries(after ?? {}))
        expect([name, isPlain(String(value), { lines: name === 'reason' })]).toEqual([name, true]);
      expect(after?.method).not.toBeNull();
    }),
    { numRuns: 60 },
  );
}, 120_000);
