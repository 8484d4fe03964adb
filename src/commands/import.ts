import { files } from '../cli/define/arguments.ts';
import { defineCommand } from '../cli/define/command.ts';
import { flag, text } from '../cli/define/kinds.ts';
import { type ExportImportReport, exportImportText, importExport } from '../collect/exchange/importExport.ts';
import { importLegacy, type LegacyReport, readRows } from '../collect/exchange/importLegacy.ts';
import { importJson, importNotes, importTable, importWarnings } from '../collect/exchange/importReport.ts';
import { type Input, type LegacyInput, readImported } from '../collect/exchange/readImported.ts';
import { type WriteOnce, writeOnce } from '../collect/exchange/writeOnce.ts';
import type { LegacyDefaults } from '../collect/legacy/legacyRow.ts';
import { timeZone } from '../collect/legacy/timeZone.ts';
import { DeploytrackError, usageError, type Warning } from '../errors.ts';
import { openJournals } from '../ledger/journal/importJournals.ts';
import { toldOnce } from '../ledger/journal/toldOnce.ts';
import { problemLines } from '../report/messages/warnings.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `import <file…>`: imports exports, the marks in a log, and the finished deployments of an older database, a CSV or
 * JSON, each exactly once. All marks are one transaction; every other file is one. Exit 1 if something was rejected, or
 * a file contains nothing to import.
 */
export const command = defineCommand({
  name: 'import',
  after: 'dashboards',
  summary: 'import deployments from an export, a log, an older database, CSV or JSON',
  group: 'set up',
  examples: [
    'deploytrack import marks.jsonl',
    'deploytrack import deployments.csv --timezone Europe/Berlin --dry-run',
  ],
  args: { file: files({ help: 'files to read; - reads standard input' }) },
  options: {
    timezone: text({
      value: 'zone',
      help: 'zone of times that have none: Europe/Berlin, +02:00',
      otherwise: "the host's",
    }),
    dryRun: flag({ help: 'show what would be imported, and write nothing' }),
    json: flag({ help: 'print the report as JSON, with every rejected row' }),
  },
  settings: ['deployment', 'environment', 'instance', 'ledger', 'warnings'],
  exits: { '0': 'imported', '1': 'something was rejected, or a file holds nothing to import' },
  policy: { onWrongSetting: 'usage-error', migrates: true },
  run: async (session: Session, { file, timezone, dryRun: isDry, json }) => {
    const { context, warnings } = session;
    const defaults = defaultsOf(session, timezone);
    const inputs: Input[] = [];
    for (const name of file) inputs.push(await readImported(context, name));
    const legacyInputs = inputs.filter((input): input is LegacyInput => 'file' in input);
    for (const input of legacyInputs) refuseNameless(input, defaults);
    const write = writeOnce(session, { isDry });
    const carried = await importCarried(session, { inputs, write });
    const legacy: LegacyReport[] = [];
    for (const input of legacyInputs) {
      const read = readRows(input, defaults);
      legacy.push(await write((database) => () => importLegacy(context, { database, read })));
    }
    warnings.push(...(carried?.refused ?? []), ...legacy.flatMap(importWarnings));
    warnings.push(...legacyInputs.filter(({ isDamaged }) => isDamaged).map(notAllRead));
    sayLines(session, { carried, legacy, defaults, isDry, timezone });
    if (json) context.stdout.write(importJson({ carried, legacy }, { isDry, zone: defaults.zone.name }));
    else if (legacy.length > 0) context.stdout.write(await importTable(session, legacy));
    refuseEmpty(inputs);
    const refused = [carried, ...legacy].some((report) => (report?.refused.length ?? 0) > 0);
    return endCommand(session, { code: refused ? 1 : 0 });
  },
});

function defaultsOf({ context, settings }: Session, timezone: string | null): LegacyDefaults {
  return {
    deployment: settings.text('deployment'),
    environment: settings.value('environment'),
    hostname: settings.text('instance') ?? context.hostName(),
    zone: timeZone(timezone),
  };
}

/** The user's schema has no column for it: without a name every row would be rejected. */
function refuseNameless({ name, file }: LegacyInput, { deployment }: LegacyDefaults): void {
  const isNamed = file.rows.some(({ raw }) => raw?.deployment !== undefined && raw.deployment !== '');
  if (deployment === null && file.rows.length > 0 && !isNamed)
    throw usageError(`${name} does not name what was deployed`, 'use --deployment <name>');
}

function notAllRead({ name }: LegacyInput): Warning {
  return {
    code: 'IMPORT',
    message: `${name} is not text in UTF-8; it was imported with \ufffd for what could not be read`,
    hint: 'save it as UTF-8, or as UTF-16 with a byte order mark, before it is imported',
  };
}

async function importCarried(
  session: Session,
  { inputs, write }: { inputs: readonly Input[]; write: WriteOnce },
): Promise<ExportImportReport | null> {
  const { context, store, warnings } = session;
  const files = inputs.filter((input) => 'lines' in input);
  if (files.length === 0) return null;
  return write((database) => {
    const { steps: waiting } = openJournals(context, { database, places: store.options });
    return () => {
      warnings.push(...toldOnce(waiting.flatMap((takeIn) => takeIn(database))));
      return importExport(session, { database, lines: files.flatMap(({ lines }) => lines) });
    };
  });
}

interface Said {
  readonly carried: ExportImportReport | null;
  readonly legacy: readonly LegacyReport[];
  readonly defaults: LegacyDefaults;
  readonly isDry: boolean;
  readonly timezone: string | null;
}

function sayLines(
  { context, settings }: Session,
  { carried, legacy, defaults, isDry, timezone }: Said,
): void {
  const isHosts = { zone: timezone === null, host: settings.text('instance') === null };
  const lines = [
    ...(carried === null ? [] : [exportImportText(carried)]),
    ...legacy.flatMap((report) => importNotes(report, { defaults, isHosts })),
    ...(isDry ? ['dry run: nothing was written'] : []),
  ];
  for (const message of lines) context.stderr.write(problemLines({ message }));
}

function refuseEmpty(inputs: readonly Input[]): void {
  const empty = inputs
    .filter((input) => 'lines' in input && input.lines.length === 0)
    .map(({ name }) => name);
  if (empty.length === 0) return;
  throw new DeploytrackError({
    code: 'FILE',
    message: `${empty.join(', ')}: no marks and no deployments found`,
    hint: 'write such a file with `deploytrack export --out <file>`',
  });
}
