import type { DeploymentDetail, HostFacts } from '../../ledger/read/detail.ts';
import type { DeploymentRecord } from '../../ledger/read/record.ts';
import { formatAgo, formatSeconds, formatTime } from '../../text/figures.ts';
import { labeled } from '../terminal/labeled.ts';
import { statusGlyph, statusStyle } from '../terminal/status.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { shortened } from '../terminal/width.ts';

/** Name, status, times, user and host of a deployment. */
export function headLines({ deployment, host }: DeploymentDetail, view: View): string[] {
  const line = (label: string, value: string | null): string[] => labeled({ label, value }, view);
  const started = `${formatTime(deployment.startedAt, view)}${view.local ? ` (${formatAgo(deployment.startedAt, view)})` : ''}`;
  return [
    title(deployment, view),
    ...line('id', deployment.id),
    ...labeled(
      { label: 'status', value: statusWords(deployment, view), style: statusStyle(deployment.status) },
      view,
    ),
    ...line('started', started),
    ...line('ended', deployment.completedAt === null ? null : formatTime(deployment.completedAt, view)),
    ...line('total', deployment.totalSeconds === null ? null : formatSeconds(deployment.totalSeconds)),
    ...line('downtime', downtimeWords(deployment)),
    ...line('by', joined([deployment.triggeredBy, deployment.method, deployment.runner])),
    ...line('commit', deployment.commitSha),
    ...line('run', deployment.url),
    ...line('rolls back', deployment.rollbackOf),
    ...line('host', joined([deployment.hostname, deployment.osVersion, ...hostWords(host)])),
    ...line('python', deployment.pythonVersion),
    ...line(
      'used',
      joined([
        cpuWords(deployment.cpuSeconds),
        memoryWords(deployment.memoryBytes),
        loadWords(deployment.hostLoad, host?.cores ?? null),
      ]),
    ),
  ];
}

function title(deployment: DeploymentRecord, view: View): string {
  const { arrow } = glyphsOf(view);
  const most = view.width === undefined ? undefined : 40;
  const part = (text: string): string => shortened(text, { ...view, most });
  const names = [deployment.deployment, deployment.environment]
    .filter((name) => name !== null)
    .map((name) => part(name));
  const versions = [deployment.previousVersion, deployment.version].filter((version) => version !== null);
  const line = [...names, versions.map((version) => part(version)).join(` ${arrow} `)].join('  ');
  return view.paint('strong', shortened(line, { ...view, most: view.width }));
}

function statusWords(deployment: DeploymentRecord, view: View): string {
  const words = [`${statusGlyph(deployment.status, glyphsOf(view))} ${deployment.status}`];
  if (deployment.exitCode !== null && deployment.exitCode !== 0)
    words.push(`exit code ${deployment.exitCode}`);
  if (deployment.rolledBack)
    words.push(`rolled back${deployment.rolledBackTo === null ? '' : ` to ${deployment.rolledBackTo}`}`);
  // Of a success its status says the same.
  else if (deployment.status === 'failed' && deployment.outcome !== null) words.push(deployment.outcome);
  if (deployment.discarded) words.push('discarded: excluded from statistics');
  if (deployment.fragment) words.push('incomplete: its start is not in this ledger');
  return words.join(', ');
}

function downtimeWords({ downtimeSeconds, downtimeOpen }: DeploymentRecord): string | null {
  if (downtimeSeconds === null) return null;
  return `${formatSeconds(downtimeSeconds)}${downtimeOpen ? ', still down at the end of the deployment' : ''}`;
}

function hostWords(host: HostFacts | null): (string | null)[] {
  if (host === null) return [];
  const cores = host.cores === null ? null : `${host.cores} core${host.cores === 1 ? '' : 's'}`;
  return [host.cpu, cores, memoryWords(host.memoryBytes)];
}

function cpuWords(seconds: number | null): string | null {
  return seconds === null ? null : `${formatSeconds(seconds)} of CPU`;
}

/** The ledger has the load per core. */
function loadWords(load: number | null, cores: number | null): string | null {
  if (load === null) return null;
  if (cores === null) return `load ${load.toFixed(1)} per core at the end`;
  return `load ${(load * cores).toFixed(1)} on ${cores} core${cores === 1 ? '' : 's'} at the end`;
}

function memoryWords(bytes: number | null): string | null {
  if (bytes === null) return null;
  const mebibytes = bytes / 2 ** 20;
  return mebibytes < 1024 ? `${mebibytes.toFixed(0)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(', ');
}
