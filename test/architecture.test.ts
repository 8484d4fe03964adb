import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  files,
  type Import,
  imports,
  keepsState,
  lineCount,
  longFunctions,
  sqlUses,
  textsOf,
  worldReads,
} from './support/sourceFiles.ts';

/** Top to bottom what may import what: only from a line further up. Files of one line may know each other, folders not. */
const layers = [
  ['redaction/'],
  ['text/'],
  [
    'safeId.ts',
    'storedText.ts',
    'model.ts',
    'errors.ts',
    'internalError.ts',
    'duration.ts',
    'context.ts',
    'output.ts',
    'limits.ts',
    'buckets.ts',
    'marks.ts',
    'processes.ts',
    'redact.ts',
    'redactMark.ts',
    'programVersion.ts',
    'projectHome.ts',
    'ownEnvironment.ts',
    'randomHex.ts',
  ],
  ['cli/define/'],
  ['cli/table/'],
  ['files/'],
  ['network/'],
  ['child/', 'metrics/', 'settings/', 'host/'],
  ['ledger/'],
  ['monitoring/', 'cli/completion/'],
  ['session.ts'],
  ['report/'],
  ['collect/', 'backtest/', 'library/'],
  ['session/'],
  ['push/'],
  ['deployments/', 'sample/'],
  ['probe/'],
  ['phases/'],
  ['doctor/', 'server/'],
  ['commands/', 'web/'],
  ['cli/'],
  ['entry.ts', 'bareEntry.ts', 'library.ts'],
];

/** Who may import a package of others. */
const owners: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli/fullParse.ts', 'cli/fullProgram.ts'],
  'better-sqlite3': ['ledger/file/driver.ts'],
  execa: ['host/programOutput.ts'],
  systeminformation: ['host/load.ts'],
  hono: ['server/app.ts', 'server/http/nodeListener.ts', 'server/middleware/notFound.ts', 'server/route.ts'],
  '@hono/node-server': ['server/http/nodeListener.ts'],
  'prom-client': ['server/metrics/serverMetrics.ts'],
  chalk: ['report/terminal/paint.ts'],
  yaml: ['settings/readFile.ts', 'monitoring/rules/render.ts'],
  'cross-spawn': ['child/windows.ts'],
  'csv-parse': ['collect/legacy/csvRows.ts'],
  ora: ['report/terminal/liveLine.ts'],
  preact: files.filter((name) => name.startsWith('web/')),
  '@grafana/grafana-foundation-sdk': files.filter((name) => name.startsWith('monitoring/dashboards/')),
};

/** What of the process only the context reads: environment, clock, streams, signals. */
const ofContext =
  /^process\.(env|on|once|stdin|stdout|stderr|hrtime|uptime|cwd|pid|ppid|kill|platform|execPath|geteuid|getuid|umask|memoryUsage|emitWarning)\b|^Date\.now$|^performance\./;

const own = imports.filter(({ to }) => /\.tsx?$/.test(to));
const foreign = imports.filter(({ to }) => !/^node:|\.(tsx?|cjs|json)$/.test(to));
const shown = ({ from, to }: Import) => `${from} -> ${to}`;

describe('the architecture', () => {
  test('has a layer for every file', () => {
    expect(files.filter((name) => layerOf(name) === -1)).toEqual([]);
  });

  test('imports down only', () => {
    const isDown = ({ from, to }: Import) =>
      layerOf(to) < layerOf(from) ||
      partOf(to) === partOf(from) ||
      (isFile(from) && isFile(to) && layerOf(to) === layerOf(from));
    expect(own.filter((one) => !isDown(one)).map(shown)).toEqual([]);
  });

  test('gives the ledger nothing of the metrics but the types of what they are rendered from', () => {
    const taken = own.filter(({ from, to }) => from.startsWith('ledger/') && to.startsWith('metrics/'));
    expect(taken.filter(({ to, isType }) => to !== 'metrics/snapshot.ts' || !isType).map(shown)).toEqual([]);
  });

  test('gives the page the types of the API and nothing else, and nobody a part of the page', () => {
    const isOfPage = (name: string) => name.startsWith('web/');
    const across = own.filter(({ from, to }) => isOfPage(from) !== isOfPage(to));
    expect(across.filter(({ to, isType }) => to !== 'server/api.ts' || !isType).map(shown)).toEqual([]);
    expect(across.map(({ from }) => from)).toContain('web/source.ts');
    expect(own.filter(({ from, isType }) => from === 'server/api.ts' && !isType).map(shown)).toEqual([]);
  });

  test('speaks SQL in the ledger only, and begins and ends transactions in one file of it', () => {
    const uses = files.flatMap((name) => sqlUses(name).map((use) => ({ name, use: `${name}: ${use}` })));
    expect(uses.filter(({ name }) => !name.startsWith('ledger/')).map(({ use }) => use)).toEqual([]);
    const ofTransactions = uses.filter(({ use }) =>
      /: (BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|\.(transaction|savepoint)\()/.test(use),
    );
    expect(ofTransactions.filter(({ name }) => name !== 'ledger/file/transaction.ts')).toEqual([
      // No transaction: whether the lock is given at all.
      { name: 'ledger/file/refusedLocks.ts', use: 'ledger/file/refusedLocks.ts: BEGIN EXCLUSIVE; ROLLBACK' },
    ]);
    expect(ofTransactions.length).toBeGreaterThan(1);
  });

  test('lists the statuses of a deployment once, with one fragment of SQL for each question', () => {
    const list =
      /'(success|failed)', 'warning'|'warning', '(success|failed)'|deployment_status (=|<>|IN) ?\(?'/;
    // The schema is what it was when a ledger was made; metrics name their own states, and what they are counted from.
    const isOwn = (name: string) => /^(ledger\/file|metrics|web)\//.test(name);
    const listing = files.filter((name) => !isOwn(name) && textsOf(name).some((text) => list.test(text)));
    // What a column may hold is listed with what stands there most often first.
    expect(listing).toEqual(['ledger/fit/tables.ts', 'ledger/statuses.ts', 'model.ts']);
  });

  test('compares secrets in one place, and reads files of secrets in one', () => {
    const having = (text: string) =>
      files.filter((name) => readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').includes(text));
    expect(having('timingSafeEqual(')).toEqual(['server/auth/sameSecret.ts']);
    expect(having('}_FILE`;')).toEqual(['settings/readSecret.ts']);
  });

  test('has a session of types only', () => {
    const ofSession = own.filter(({ from, to }) => from === 'session.ts' || to === 'session.ts');
    expect(ofSession.filter(({ isType }) => !isType).map(shown)).toEqual([]);
  });

  test('has no circle of imports', () => {
    expect(circles(own.filter(({ isType }) => !isType))).toEqual([]);
  });

  test('has no barrel', () => {
    expect(own.filter(({ isExport }) => isExport).map(shown)).toEqual([]);
    expect(files.filter((name) => /(^|\/)index\.tsx?$/.test(name))).toEqual([]);
  });

  test('has one owner for each package of others', () => {
    const isOwned = ({ from, to }: Import) => owners[packageOf(to)]?.includes(from) === true;
    expect(foreign.filter((one) => !isOwned(one)).map(shown)).toEqual([]);
  });

  test('ships no package that nobody imports', () => {
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as {
      dependencies: Record<string, string>;
    };
    const used = new Set(foreign.map(({ to }) => packageOf(to)));
    expect(Object.keys(dependencies).filter((name) => !used.has(name))).toEqual([]);
  });

  test('reads environment, clock, streams and signals in the context only', () => {
    const reads = files
      // The page's clock is a browser's, not this process's.
      .filter((name) => name !== 'context.ts' && name !== 'web/clock.ts')
      .flatMap((name) =>
        worldReads(name)
          .filter((read) => ofContext.test(read))
          .map((read) => `${name}: ${read}`),
      );
    expect(reads).toEqual([]);
    expect(worldReads('context.ts')).toContain('process.env');
  });

  test('ends the process, and knows its arguments, in the entry only', () => {
    const reads = files.flatMap((name) =>
      worldReads(name)
        .filter((read) => /^process\.(exit|exitCode|abort|argv)$/.test(read))
        .map((read) => `${name}: ${read}`),
    );
    // What starts this program again is a fact of the world like any other.
    expect(reads.filter((read) => !/^(entry|bareEntry)\.ts|^context\.ts: process\.argv$/.test(read))).toEqual(
      [],
    );
  });

  test('calls nothing that Node 18 lacks: wrapped commands and marks are made there too', () => {
    const younger =
      /\.(to|is)WellFormed\(|\.to(Sorted|Reversed|Spliced)\(|getBuiltinModule|(Map|Object)\.groupBy|withResolvers|AbortSignal\.any\(|fromAsync|\busing \w+ =|styleText|import\.meta\.(dir|file)name/;
    const code = (name: string) =>
      readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').replaceAll(/^ *(\/\/|\/?\*).*$/gm, '');
    expect(files.filter((name) => younger.test(code(name)))).toEqual([]);
  });

  test('keeps no state in a module, but for the entry', () => {
    expect(files.filter((name) => name !== 'entry.ts' && keepsState(name))).toEqual([]);
  });

  test('has no file over 250 lines, and no function over 50', () => {
    // The types of the rows are made from the schema, all of one kind.
    expect(files.filter((name) => name !== 'ledger/rows.ts' && lineCount(name) > 250)).toEqual([]);
    expect(files.flatMap((name) => longFunctions(name))).toEqual([]);
  });

  test('has no drawer for things without a name', () => {
    expect(
      files.filter((name) =>
        /(^|\/)(utils?|helpers?|common|lib|core|shared|misc|types|constants)(\/|\.tsx?$)/.test(name),
      ),
    ).toEqual([]);
  });
});

/** Files that reach themselves. */
function circles(edges: readonly Import[]): string[] {
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    edges.some((edge) => {
      if (edge.from !== from) return false;
      if (edge.to === goal) return true;
      if (seen.has(edge.to)) return false;
      seen.add(edge.to);
      return reaches(edge.to, goal, seen);
    });
  return files.filter((name) => reaches(name, name, new Set()));
}

function layerOf(name: string): number {
  return layers.findIndex((parts) => parts.includes(partOf(name)));
}

/** The folder at the top, or the file that stands there alone; of `cli/` the parts that others may know. */
function partOf(name: string): string {
  const [part] = /^cli\/(define|table|completion)\//.exec(name) ?? [];
  if (part !== undefined) return part;
  return name.includes('/') ? `${name.split('/')[0]}/` : name;
}

function isFile(name: string): boolean {
  return !name.includes('/');
}

function packageOf(specifier: string): string {
  return /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
}
