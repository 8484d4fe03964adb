import { createHash } from 'node:crypto';
import type { Row } from '../../ledger/exchange/exportedDeployment.ts';
import type { HistoryDeployment } from '../../ledger/exchange/importHistory.ts';
import { type FinalStatus, finalStatuses, isDeploymentId, isoTime } from '../../model.ts';
import { redactToCut } from '../../redact.ts';
import {
  amountTextField,
  bytesField,
  cpuSecondsField,
  type Field,
  flagField,
  longTextField,
  nameField,
  secondsField,
  textField,
  timeField,
} from './fields.ts';
import type { TimeZone } from './timeZone.ts';

export type RawRow = Readonly<Record<string, unknown>>;

/** Values for a row that lacks them. */
export interface LegacyDefaults {
  /** Null: a row without a name is rejected. */
  readonly deployment: string | null;
  readonly environment: string;
  readonly hostname: string;
  readonly zone: TimeZone;
}

export interface RefusedField {
  readonly field: string;
  readonly wrong: string;
  readonly expected: string;
}

export type ReadRow =
  | { readonly deployment: HistoryDeployment; readonly isZoned: boolean; readonly hasHost: boolean }
  | { readonly refused: RefusedField };

/** Columns that are stored unchanged; the others have their own rules. */
const columns = {
  version: nameField,
  previous_version: nameField,
  hostname: nameField,
  os_version: textField,
  python_version: textField,
  extract_duration: secondsField,
  venv_rebuild_duration: secondsField,
  migration_duration: secondsField,
  cutover_duration: secondsField,
  total_duration: secondsField,
  downtime_duration: secondsField,
  health_check_success: flagField,
  health_check_duration: secondsField,
  time_to_healthy: amountTextField,
  deployment_method: textField,
  error_message: longTextField,
  notes: longTextField,
  deployment: nameField,
  environment: nameField,
  service: nameField,
  runner: textField,
  commit_sha: textField,
  url: textField,
  triggered_by: textField,
  time_to_deploy: secondsField,
  cpu_seconds: cpuSecondsField,
  memory_bytes: bytesField,
} as const satisfies Readonly<Record<string, (value: unknown) => Field<string | number | null>>>;

/** Other names of the same columns: those of a JSON export, and of an older table. */
const otherNames: Readonly<Record<string, string>> = {
  status: 'deployment_status',
  method: 'deployment_method',
};
const ofOwnRule = [
  'id',
  'deployment_id',
  'deployment_status',
  'deployment_started_at',
  'deployment_completed_at',
  'deployed_at',
  'triggered_at',
];

/** Whether a name is a field that is imported. */
export function isKnownField(name: string): boolean {
  return Object.hasOwn(columns, name) || Object.hasOwn(otherNames, name) || ofOwnRule.includes(name);
}

/** Reads one row of an older table, a CSV or JSON as a finished deployment; the first invalid field rejects it. */
export function readLegacyRow(raw: RawRow, defaults: LegacyDefaults): ReadRow {
  try {
    return deploymentOf(named(raw), defaults);
  } catch (error) {
    if (error instanceof Refusal) return { refused: error.refused };
    throw error;
  }
}

class Refusal extends Error {
  readonly refused: RefusedField;

  constructor(refused: RefusedField) {
    super(refused.field);
    this.refused = refused;
  }
}

function named(raw: RawRow): RawRow {
  const own = Object.entries(raw).filter(([name]) => !Object.hasOwn(otherNames, name));
  const others = Object.entries(raw).flatMap(([name, value]) => {
    const column = Object.hasOwn(otherNames, name) ? otherNames[name] : undefined;
    return column === undefined || Object.hasOwn(raw, column) ? [] : [[column, value] as const];
  });
  return Object.fromEntries([...own, ...others]);
}

function deploymentOf(raw: RawRow, defaults: LegacyDefaults): ReadRow {
  const said = Object.fromEntries(
    Object.entries(columns).map(([name, read]) => [
      name,
      fieldValue<string | number | null>(name, raw[name], read(raw[name])),
    ]),
  ) as Record<keyof typeof columns, string | number | null>;
  if (said.version === null) refuse('version', raw.version, 'what was deployed');
  const isHistory = isMissing(raw.deployment_started_at) && !isMissing(raw.deployed_at);
  const status = isHistory && isMissing(raw.deployment_status) ? 'success' : statusOf(raw.deployment_status);
  const times = timesOf(raw, {
    zone: defaults.zone,
    isHistory,
    totalSeconds: said.total_duration as number | null,
  });
  const deployment = said.deployment ?? defaults.deployment;
  if (deployment === null) refuse('deployment', raw.deployment, 'a name, or --deployment <name>');
  const hostname = String(said.hostname ?? defaults.hostname);
  const row = {
    ...said,
    deployment,
    environment: said.environment ?? defaults.environment,
    service: said.service ?? deployment,
    hostname,
    instance: hostname.toLowerCase(),
    health_check_success: said.health_check_success ?? 0,
    deployment_method: said.deployment_method ?? 'manual',
    deployment_status: status,
    deployment_started_at: isoTime(times.started.ms),
    deployment_completed_at: isoTime(times.completedMs),
    triggered_at: times.triggered === null ? null : isoTime(times.triggered.ms),
  } satisfies Row;
  return {
    deployment: { deploymentId: idOf(raw, { row, written: times.started.written }), row, isHistory },
    isZoned: times.isZoned,
    hasHost: said.hostname !== null,
  };
}

function timesOf(
  raw: RawRow,
  { zone, isHistory, totalSeconds }: { zone: TimeZone; isHistory: boolean; totalSeconds: number | null },
) {
  const of = (name: string) => fieldValue(name, raw[name], timeField(raw[name], zone));
  const started = of(isHistory ? 'deployed_at' : 'deployment_started_at');
  if (started === null) refuse('deployment_started_at', null, 'when it began');
  const said = isHistory ? started : of('deployment_completed_at');
  const completedMs = said?.ms ?? (totalSeconds === null ? null : started.ms + totalSeconds * 1000);
  if (completedMs === null) refuse('deployment_completed_at', null, 'when it ended, or total_duration');
  if (completedMs < started.ms)
    refuse('deployment_completed_at', raw.deployment_completed_at, 'a time not before the start');
  if (completedMs > 253_402_300_799_999)
    refuse('total_duration', raw.total_duration, 'an end before the year 10000');
  const triggered = of('triggered_at');
  const isZoned = [started, said, triggered].every((time) => time === null || time.isZoned);
  return { started, completedMs, triggered, isZoned };
}

function statusOf(value: unknown): FinalStatus {
  const found = finalStatuses.find((status) => status === value);
  return (
    found ??
    refuse(
      'deployment_status',
      value,
      'success, warning or failed; only finished deployments can be imported',
    )
  );
}

/** Its own ID, otherwise one that the same row has in every file, whatever time zone is used. */
function idOf(raw: RawRow, { row, written }: { row: Row; written: string }): string {
  const { deployment_id: said } = raw;
  if (!isMissing(said)) {
    if (typeof said === 'string' && isDeploymentId(said)) return said;
    refuse('deployment_id', said, 'letters, digits, . _ -, at most 64');
  }
  const parts = [row.deployment, row.environment, row.instance, row.version, written];
  return `import-${createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 24)}`;
}

function fieldValue<Value>(name: string, raw: unknown, read: Field<Value>): Value {
  return 'value' in read ? read.value : refuse(name, raw, read.expected);
}

function isMissing(value: unknown): boolean {
  return value === null || value === undefined || value === '';
}

function refuse(field: string, value: unknown, expected: string): never {
  throw new Refusal({ field, wrong: shown(value), expected });
}

function shown(value: unknown): string {
  if (isMissing(value)) return 'is missing';
  if (Buffer.isBuffer(value)) return 'is binary data';
  const text = JSON.stringify(value) ?? String(value);
  return `is ${text.length > 60 ? `${redactToCut(text, 60).slice(0, 59)}…` : text}`;
}
