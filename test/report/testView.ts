import { type DeploymentRecord, outcomeOf } from '../../src/ledger/read/record.ts';
import { type Paint, plainPaint, type View } from '../../src/report/terminal/view.ts';

export const nowMs = Date.parse('2026-01-15T10:00:00.000Z');

export const pipe: View = { width: undefined, local: false, ascii: false, paint: plainPaint, nowMs };

export function terminal(width: number): View {
  return { ...pipe, width, local: true };
}

/** Readable colors: `<bad>failed</bad>`. */
export const tagPaint: Paint = (style, text) => (text === '' ? '' : `<${style}>${text}</${style}>`);

/** Texts that would break a table or reach the terminal unescaped. */
export const hostileCases: readonly (readonly [what: string, text: string])[] = [
  ['terminal escapes', '\u001b[2J\u001b[31mred'],
  ['line ends', 'two\nlines\r\nthree'],
  ['control characters', 'tab\tand\u0000nul\u007fdel\u009b31m'],
  ['bidi overrides', 'rtl \u202e gnp.exe \u2066 iso'],
  ['zero-width characters', 'zero\u200bwidth\ufeffmark\u00ad'],
  ['emoji', '😀👩‍👩‍👧‍👦🇩🇪1️⃣❤️'],
  ['wide letters', '日本語バージョン'],
  ['ten thousand letters', `v${'x'.repeat(10_000)}`],
  ['stacked marks', `a${'\u0301'.repeat(500)}b`],
  ['markup', 'pipe | `tick` <script> *bold* [link](x)'],
  ['quotes', '"quoted", comma'],
  ['half a pair', 'lone \ud800 half'],
];

export const hostileTexts: readonly string[] = hostileCases.map(([, text]) => text);

export function deploymentRecord(values: Partial<DeploymentRecord> = {}): DeploymentRecord {
  const none = {
    osVersion: null,
    pythonVersion: null,
    runner: null,
    commitSha: null,
    url: null,
    notes: null,
    artifactBytes: null,
    downloadSeconds: null,
    databaseBytes: null,
    hostLoad: null,
  };
  const record: Omit<DeploymentRecord, 'outcome'> & { outcome?: string | null } = {
    ...none,
    id: '20260114T184500Z-1a2b3c4d',
    deployment: 'gateway',
    environment: 'production',
    service: 'gateway',
    version: 'b0c2642',
    previousVersion: '1c0c6fc',
    startedAt: '2026-01-14T18:45:00.000Z',
    completedAt: '2026-01-14T18:47:15.400Z',
    hostname: 'VM-QZUM-VM1',
    method: 'azure-arc',
    status: 'success',
    extractSeconds: 8.5,
    venvRebuildSeconds: 45.3,
    migrationSeconds: 12.1,
    cutoverSeconds: 13.2,
    totalSeconds: 135.4,
    downtimeSeconds: 13.2,
    downtimeOpen: false,
    healthy: true,
    healthCheckSeconds: 2.3,
    timeToHealthy: '15.8',
    timeToDeploySeconds: 140,
    rolledBack: false,
    rolledBackTo: null,
    rollbackOf: null,
    exitCode: 0,
    errorMessage: null,
    triggeredAt: null,
    triggeredBy: null,
    cpuSeconds: null,
    memoryBytes: null,
    discarded: false,
    fragment: false,
    ...values,
  };
  const outcome = outcomeOf({ ...record, hasSteps: true, cutoverBegan: true, restored: null });
  return { outcome, ...record };
}
