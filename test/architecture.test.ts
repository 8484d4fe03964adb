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

/**
 * Layers from top to bottom: a file may import only from a line further up. Files of one line may import each
 * other, folders may not.
 */
const layers = [
  ['redaction/'],
  ['text/'],
  [
    'safeId.ts',
    'utcTime.ts',
    'wholeProgram.ts',
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
    'windowsProcesses.ts',
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
  ['push/', 'fleet/'],
  ['deployments/', 'sample/'],
  ['probe/'],
  ['phases/'],
  ['doctor/', 'server/'],
  ['gate/'],
  ['commands/', 'web/'],
  ['cli/'],
  ['entry.ts', 'bareEntry.ts', 'library.ts'],
];

/** Which files may import a third-party package. */
const owners: Readonly<Record<string, readonly string[]>> = {
  commander: ['cli/fullParse.ts', 'cli/fullProgram.ts'],
  'better-sqlite3': ['ledger/file/addon.ts'],
  execa: ['host/programOutput.ts'],
  hono: ['server/app.ts', 'server/http/nodeListener.ts', 'server/middleware/notFound.ts', 'server/route.ts'],
  '@hono/node-server': ['server/http/nodeListener.ts'],
  'prom-client': ['server/metrics/serverMetrics.ts'],
  'http-proxy-agent': ['push/proxy/proxyRoute.ts'],
  'https-proxy-agent': ['push/proxy/proxyRoute.ts'],
  chalk: ['report/terminal/view.ts'],
  yaml: ['settings/readFile.ts', 'monitoring/rules/render.ts', 'doctor/prometheus/configuration.ts'],
  'cross-spawn': ['child/windows.ts'],
  'csv-parse': ['collect/legacy/csvRows.ts'],
  ora: ['report/terminal/liveLine.ts'],
  pg: ['fleet/connect.ts'],
  preact: files.filter((name) => name.startsWith('web/')),
  '@grafana/grafana-foundation-sdk': files.filter((name) => name.startsWith('monitoring/dashboards/')),
};

/** Properties of the process that only the context reads: environment, clock, streams, signals. */
const ofContext =
  /^process\.(env|on|once|stdin|stdout|stderr|hrtime|uptime|cwd|pid|ppid|kill|platform|execPath|geteuid|getuid|umask|memoryUsage|emitWarning)\b|^Date\.now$|^performance\./;

const own = imports.filter(({ to }) => /\.tsx?$/.test(to));
const foreign = imports.filter(({ to }) => !/^node:|\.(tsx?|cjs|json)$/.test(to));
const shown = ({ from, to }: Import) => `${from} -> ${to}`;

describe('Architecture', () => {
  test('every source file belongs to a layer', () => {
    expect(files.filter((name) => layerOf(name) === -1)).toEqual([]);
  });

  test('source files import only from the layers below them', () => {
    const isDown = ({ from, to }: Import) =>
      layerOf(to) < layerOf(from) ||
      partOf(to) === partOf(from) ||
      (isFile(from) && isFile(to) && layerOf(to) === layerOf(from));
    expect(own.filter((one) => !isDown(one)).map(shown)).toEqual([]);
  });

  test('the ledger imports from the metrics only the types of snapshots', () => {
    const taken = own.filter(({ from, to }) => from.startsWith('ledger/') && to.startsWith('metrics/'));
    expect(taken.filter(({ to, isType }) => to !== 'metrics/snapshot.ts' || !isType).map(shown)).toEqual([]);
  });

  test('the web UI imports only the types of the API and the formats of figures, and no other code imports the web UI', () => {
    const isOfPage = (name: string) => name.startsWith('web/');
    const across = own.filter(({ from, to }) => isOfPage(from) !== isOfPage(to));
    const formats = ['text/figures.ts', 'text/counted.ts'];
    const apis = ['server/api.ts', 'server/fleetApi.ts'];
    const isShared = ({ to, isType }: Import) => (apis.includes(to) && isType) || formats.includes(to);
    expect(across.filter((one) => !isShared(one)).map(shown)).toEqual([]);
    // A browser has none of the rest.
    expect(imports.filter(({ from }) => formats.includes(from)).map(shown)).toEqual([]);
    expect(across.map(({ from }) => from)).toContain('web/source.ts');
    expect(own.filter(({ from, isType }) => apis.includes(from) && !isType).map(shown)).toEqual([]);
  });

  test('only the ledger, the store and its dashboard use SQL, and each way to read and write begins and ends transactions in one file', () => {
    const uses = files.flatMap((name) => sqlUses(name).map((use) => ({ name, use: `${name}: ${use}` })));
    const isOfRows = (name: string) => /^(ledger|fleet|monitoring\/dashboards\/rows)\//.test(name);
    expect(uses.filter(({ name }) => !isOfRows(name)).map(({ use }) => use)).toEqual([]);
    const ofTransactions = uses.filter(({ use }) =>
      /: (BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE|\.(transaction|savepoint)\()/.test(use),
    );
    const owning = [
      'ledger/file/transaction.ts',
      'fleet/sendBatch.ts',
      'fleet/queryStore.ts',
      'fleet/changeSchema.ts',
    ];
    expect(ofTransactions.filter(({ name }) => !owning.includes(name))).toEqual([
      // Not a transaction: a check whether the lock is granted at all.
      { name: 'ledger/file/refusedLocks.ts', use: 'ledger/file/refusedLocks.ts: BEGIN EXCLUSIVE; ROLLBACK' },
    ]);
    expect(ofTransactions.length).toBeGreaterThan(1);
  });

  test('statuses of deployments are listed once, with one SQL fragment for each question', () => {
    const list =
      /'(success|failed)', 'warning'|'warning', '(success|failed)'|deployment_status (=|<>|IN) ?\(?'/;
    // The schema stays as it was when a ledger was created; metrics have status names of their own.
    const isOwn = (name: string) => /^(ledger\/file|metrics|web)\//.test(name);
    const listing = files.filter((name) => !isOwn(name) && textsOf(name).some((text) => list.test(text)));
    // The most frequent value of a column is listed first.
    expect(listing).toEqual(['ledger/fit/tables.ts', 'ledger/statuses.ts', 'model.ts']);
  });

  test('secrets are compared in one file, and secret files are read in one file', () => {
    const having = (text: string) =>
      files.filter((name) => readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').includes(text));
    expect(having('timingSafeEqual(')).toEqual(['server/auth/sameSecret.ts']);
    expect(having('}_FILE`;')).toEqual(['settings/readSecret.ts']);
  });

  test('the session is only imported as a type', () => {
    const ofSession = own.filter(({ from, to }) => from === 'session.ts' || to === 'session.ts');
    expect(ofSession.filter(({ isType }) => !isType).map(shown)).toEqual([]);
  });

  test('imports are not circular', () => {
    expect(circles(own.filter(({ isType }) => !isType))).toEqual([]);
  });

  test('no file only re-exports others', () => {
    expect(own.filter(({ isExport }) => isExport).map(shown)).toEqual([]);
    expect(files.filter((name) => /(^|\/)index\.tsx?$/.test(name))).toEqual([]);
  });

  test('each third-party package is imported by its listed files only', () => {
    const isOwned = ({ from, to }: Import) => owners[packageOf(to)]?.includes(from) === true;
    expect(foreign.filter((one) => !isOwned(one)).map(shown)).toEqual([]);
  });

  test('every dependency in package.json is imported', () => {
    const { dependencies } = JSON.parse(
      readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
    ) as {
      dependencies: Record<string, string>;
    };
    const used = new Set(foreign.map(({ to }) => packageOf(to)));
    expect(Object.keys(dependencies).filter((name) => !used.has(name))).toEqual([]);
  });

  test('only the context reads environment, clock, streams and signals', () => {
    const reads = files
      // The clock of the web UI is that of a browser, not of this process.
      .filter((name) => name !== 'context.ts' && name !== 'web/clock.ts')
      .flatMap((name) =>
        worldReads(name)
          .filter((read) => ofContext.test(read))
          .map((read) => `${name}: ${read}`),
      );
    expect(reads).toEqual([]);
    expect(worldReads('context.ts')).toContain('process.env');
  });

  test('only the entry ends the process and reads its arguments', () => {
    const reads = files.flatMap((name) =>
      worldReads(name)
        .filter((read) => /^process\.(exit|exitCode|abort|argv)$/.test(read))
        .map((read) => `${name}: ${read}`),
    );
    // The command line that restarts this program is read in the context too.
    expect(reads.filter((read) => !/^(entry|bareEntry)\.ts|^context\.ts: process\.argv$/.test(read))).toEqual(
      [],
    );
  });

  test('the source calls nothing that Node 18 lacks, because wrapped commands and marks work there too', () => {
    const younger =
      /\.(to|is)WellFormed\(|\.to(Sorted|Reversed|Spliced)\(|getBuiltinModule|(Map|Object)\.groupBy|withResolvers|AbortSignal\.any\(|fromAsync|\busing \w+ =|styleText|import\.meta\.(dir|file)name/;
    const code = (name: string) =>
      readFileSync(new URL(`../src/${name}`, import.meta.url), 'utf8').replaceAll(/^ *(\/\/|\/?\*).*$/gm, '');
    expect(files.filter((name) => younger.test(code(name)))).toEqual([]);
  });

  test('no module except the entry has state', () => {
    expect(files.filter((name) => name !== 'entry.ts' && keepsState(name))).toEqual([]);
  });

  test('no source file has more than 250 lines and no function more than 50', () => {
    // The generated types of rows are exempt.
    expect(files.filter((name) => name !== 'ledger/rows.ts' && lineCount(name) > 250)).toEqual([]);
    expect(files.flatMap((name) => longFunctions(name))).toEqual([]);
  });

  test('no folder or file has a name without meaning, such as utils', () => {
    expect(
      files.filter((name) =>
        /(^|\/)(utils?|helpers?|common|lib|core|shared|misc|types|constants)(\/|\.tsx?$)/.test(name),
      ),
    ).toEqual([]);
  });
});

/** Files that import themselves through others. */
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

/** The top folder, or the file itself at the top; parts of `cli/` that others may import count as folders. */
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
