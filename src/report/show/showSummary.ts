import type { DeploymentDetail, HostFacts } from '../../ledger/read/detail.ts';
import type { DeploymentRecord } from '../../ledger/read/record.ts';
import { formatSeconds, formatTime } from '../../text/figures.ts';
import { labeled } from '../terminal/labeled.ts';
import { statusGlyph, statusStyle } from '../terminal/status.ts';
import { glyphsOf, type View } from '../terminal/view.ts';
import { downtimeWords, fateWords } from './showHead.ts';

/** Commit, run, host and resources. In a pipe also what the head has, each under its own label. */
export function summaryLines({ deployment, host }: DeploymentDetail, view: View): string[] {
  const line = (label: string, value: string | null): string[] => labeled({ label, value }, view);
  // The head has its name.
  const ofHost = joined([deployment.osVersion, ...hostWords(host)]);
  const inHead = [
    ...line('id', deployment.id),
    ...labeled(
      { label: 'status', value: statusWords(deployment, view), style: statusStyle(deployment.status) },
      view,
    ),
    ...line('started', formatTime(deployment.startedAt, view)),
    ...line('ended', deployment.completedAt === null ? null : formatTime(deployment.completedAt, view)),
    ...line('total', deployment.totalSeconds === null ? null : formatSeconds(deployment.totalSeconds)),
    ...line('downtime', downtimeWords(deployment)),
    ...line('by', joined([deployment.triggeredBy, deployment.method])),
  ];
  return [
    ...(view.width === undefined ? inHead : []),
    ...line('runner', deployment.runner),
    ...line('commit', deployment.commitSha),
    ...line('run', deployment.url),
    ...line('rolls back', deployment.rollbackOf),
    ...line('host', ofHost === '' && view.width !== undefined ? null : joined([deployment.hostname, ofHost])),
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

function statusWords(deployment: DeploymentRecord, view: View): string {
  const words = [`${statusGlyph(deployment.status, glyphsOf(view))} ${deployment.status}`];
  if (deployment.exitCode !== null && deployment.exitCode !== 0)
    words.push(`exit code ${deployment.exitCode}`);
  return [...words, ...fateWords(deployment)].join(', ');
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
