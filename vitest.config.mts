import { appendFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { loadSources } from './scripts/loadSources.mjs';
import { incomplete } from './test/support/nodeSqliteReason.ts';

/** What needs nothing but Node and the build: no servers, no root, no other program. */
const unit = [
  'test/{architecture,language,notices,skipped,workflows}.test.ts',
  'test/{commandLine,commands,ledger,metrics,model,network,redaction,report,settings}/**/*.test.ts',
];
/** They ask git, promtool, the tool of SQLite, or the program that was built. */
const asking = [
  'test/commands/gitFacts.test.ts',
  'test/ledger/schema.test.ts',
  'test/metrics/exposition.test.ts',
  'test/settings/settingsRoot.test.ts',
];

const everything = ['test/**/*.test.ts'];

const common: TestProjectInlineConfiguration['test'] = {
  setupFiles: ['test/support/setup.ts'],
  // Real servers and processes on a busy machine: the deadlines of the tests themselves are shorter.
  testTimeout: 60_000,
  hookTimeout: 60_000,
  pool: 'forks',
  // A test without an assertion would pass whatever the program does.
  expect: { requireAssertions: true },
};

/** What a driver can do wrong; the others play more of the same. EVERY_LEDGER_TEST=1 runs all of test/ledger. */
const ofDriver =
  process.env.EVERY_LEDGER_TEST === '1'
    ? '**/*'
    : '{durable,finish,journal,late,open,phases,rollback,schemaVersions,snapshot,transact}';

/** The ledger by Node's own SQLite, as where the addon does not load; nothing where this Node's does not serve. */
const byNode: TestProjectInlineConfiguration = {
  resolve: {
    alias: { 'better-sqlite3': fileURLToPath(new URL('test/support/nodeSqlite.ts', import.meta.url)) },
  },
  test: {
    ...common,
    name: 'nodeSqlite',
    include: [`test/ledger/${ofDriver}.test.ts`],
    exclude: ['test/ledger/nodeSqlite.test.ts'], // it would compare one with itself
    setupFiles: ['test/support/withoutAddon.ts'],
  },
};

/** And the program itself, killed at any moment. */
const programByNode: TestProjectInlineConfiguration = {
  test: {
    ...common,
    name: 'programByNode',
    include: ['test/cli/killed.test.ts'],
    setupFiles: ['test/support/programWithoutAddon.ts'],
  },
};

const { nodeSqlite } = loadSources<{ nodeSqlite(): object | null }>(
  "export { nodeSqlite } from './src/ledger/file/nodeSqlite.ts'",
);
const nodeServes = nodeSqlite() !== null;
// `scripts/test` prints it among the reasons of skipped tests.
const skippedReasons = process.env.SKIPPED_REASONS;
if (!nodeServes && skippedReasons !== undefined) {
  for (const project of [byNode, programByNode])
    appendFileSync(
      skippedReasons,
      `${JSON.stringify({ project: project.test?.name, reason: incomplete })}\n`,
    );
}

export default defineConfig({
  test: {
    coverage: { include: ['src/**'], exclude: ['src/web/**'], reporter: ['text-summary', 'html'] },
    // Of the whole run, whatever projects it has.
    globalSetup: ['test/support/temporaryFolder.ts'],
    projects: [
      // No module has state, so its files share their processes: a third less CPU time.
      { test: { ...common, name: 'unit', include: unit, exclude: asking, isolate: false } },
      { test: { ...common, name: 'parts', include: everything, exclude: unit } },
      { test: { ...common, name: 'tools', include: asking } },
      ...(nodeServes ? [byNode, programByNode] : []),
    ],
  },
});
