import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Host, HostEnd } from './host.ts';
import { fateOf, pushesMarks, secondsOf, versions } from './plan.ts';

/** Milliseconds of commands by what they do; `warnings` are lines of stderr. */
export interface Times {
  readonly start: number[];
  readonly mark: number[];
  readonly finish: number[];
  readonly sync: number[];
  readonly alone: number[];
  readonly node: number[];
  readonly warnings: string[];
}

export const newTimes = (): Times => ({
  ...{ start: [], mark: [], finish: [], sync: [], alone: [], node: [], warnings: [] },
});

/** Answers as the service of every host: the version is in the path. */
export async function startService(): Promise<{ url: (version: string) => string; stop: () => void }> {
  const server = createServer((request, response) => {
    const version = request.url?.slice(1) ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ status: 'ok', version }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: (version) => `http://127.0.0.1:${port}/${version}`, stop: () => server.close() };
}

export interface Played {
  readonly times: Times;
  /** The health endpoint, by the version that it answers. */
  readonly url: (version: string) => string;
  readonly storeUrl: string;
  /** Each command in a process of its own. */
  readonly isAlone?: boolean;
}

/** Zeros, before the first deployment. */
export async function prepare(host: Host, { times }: Pick<Played, 'times'>): Promise<void> {
  const end = await host.run(['init'], { PUSHGATEWAY_URL: host.gateways });
  accepted(host, { args: ['init'], end, times });
}

/** The version before the rollout: marks without a gateway and without a store; the finish pushes once. */
export async function deployBase(host: Host, { times, url }: Played): Promise<void> {
  const { before } = versions;
  const play = player(host, { id: `${host.name}-base`, times });
  await play(['start', '--version', before, '--commit', commit(before), '--method', 'ci']);
  await play(phase(host, 'extract'));
  await play(phase(host, 'cutover'));
  await play(['health', url(before), '--interval', '50ms', '--timeout', '10s']);
  await play(['finish'], { into: times.finish, env: { PUSHGATEWAY_URL: host.gateways } });
}

/** One host of the rollout: every mark pushes, or the finish for all; it also sends the rows to the store. */
export async function deployNext(
  host: Host,
  { times, url, storeUrl, isAlone = false }: Played,
): Promise<void> {
  const { before, after } = versions;
  const gateway = { PUSHGATEWAY_URL: host.gateways };
  const isEach = isAlone || pushesMarks(host.number);
  const env = { DEPLOYTRACK_STORE_URL: storeUrl, ...(isEach ? gateway : {}) };
  const play = player(host, { id: `${host.name}-next`, times, env, isAlone });
  const into = (list: number[]) => (isEach ? { into: list } : {});
  const mark = (args: readonly string[], code = 0) => play(args, { ...into(times.mark), code });
  const last = { into: times.finish, env: gateway };
  const fate = fateOf(host.number);
  const triggered = new Date(Date.now() - (20 + (host.number % 90)) * 1000).toISOString();
  const start = ['start', '--version', after, '--commit', commit(after), '--method', 'ci'];
  await play([...start, '--triggered-at', triggered], into(times.start));
  await mark(phase(host, 'extract'));
  const isMigrated = fate !== 'migration-failed';
  await mark([...phase(host, 'migration'), ...(isMigrated ? [] : ['--status', 'failed'])]);
  if (!isMigrated) {
    await play(['finish', '--exit-code', '1'], last);
    return;
  }
  await mark(phase(host, 'cutover'));
  const isHealthy = fate !== 'unhealthy';
  const check = ['health', url(isHealthy ? after : before), '--interval', '50ms'];
  await mark([...check, '--timeout', isHealthy ? '10s' : '300ms'], isHealthy ? 0 : 1);
  if (!isHealthy) await mark(['rollback', '--reason', 'health_check_failed']);
  await play(['finish', ...(isHealthy ? [] : ['--exit-code', '1'])], last);
  if (fate !== 'rolled-back-later') return;
  await play(['rollback', '--reason', 'error_rate'], { ...into(times.mark), env: gateway });
}

/** Sends what the store lacks; the number of changes that were sent. */
export async function syncHost(host: Host, { times, storeUrl }: Played): Promise<number> {
  const end = await host.run(['sync'], { DEPLOYTRACK_STORE_URL: storeUrl });
  accepted(host, { args: ['sync'], end, times, into: times.sync });
  return Number(/(\d+) changes? sent/.exec(end.stdout)?.[1] ?? Number.NaN);
}

function phase({ number }: Host, name: Parameters<typeof secondsOf>[0]): string[] {
  return ['phase', 'record', name, '--duration', `${secondsOf(name, number)}s`];
}

function commit(version: string): string {
  return version.replaceAll('.', '').repeat(14).slice(0, 40);
}

interface Step {
  readonly into?: number[];
  readonly code?: number;
  readonly env?: Readonly<Record<string, string>>;
}

function player(
  host: Host,
  {
    id,
    times,
    env = {},
    isAlone = false,
  }: { id: string; times: Times; env?: Readonly<Record<string, string>>; isAlone?: boolean },
) {
  return async (args: readonly string[], { into, code = 0, env: more = {} }: Step = {}): Promise<void> => {
    const all = { ...env, ...more };
    const words = [...args, '--id', id];
    const beganMs = performance.now();
    const end = isAlone ? await host.start(words, all) : await host.run(words, all);
    const tookMs = performance.now() - beganMs;
    const list = isAlone && into === times.mark ? times.alone : into;
    accepted(host, { args, end: { ...end, tookMs }, times, code, into: isAlone ? list : into });
  };
}

/** Throws if a command ended otherwise than planned. A warning is kept: the rows are compared later. */
function accepted(
  { name }: Host,
  {
    args,
    end,
    times,
    code = 0,
    into,
  }: { args: readonly string[]; end: HostEnd; times: Times; code?: number; into?: number[] | undefined },
): void {
  if (end.code !== code) throw new Error(`${name}: ${args.join(' ')}: ${JSON.stringify(end)}`);
  if (end.stderr.includes('warning')) times.warnings.push(`${name}: ${args[0]}: ${end.stderr.trim()}`);
  into?.push(end.tookMs);
}
