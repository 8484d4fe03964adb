import { commandTable } from '../../src/cli/table/commands.ts';
import type { Program } from '../../test/support/program.ts';
import type { Deployment } from './deployments.ts';
import type { Service } from './service.ts';

/** Deploys with the program, as a script would. Returns the ID. */
export async function deploy(
  deployment: Deployment,
  { program, service }: { program: Program; service: Service },
): Promise<string> {
  const id = await start(deployment, program);
  const of = ['--id', id, '--instance', deployment.instance];
  const isDone = await phases(deployment, { program, of });
  if (deployment.running === true) return id;
  const isWell = isDone && (await isHealthy(deployment, { program, service, of }));
  if (isWell) await later(deployment, { program, of });
  await program.run(['finish', ...of, ...(isWell ? [] : ['--exit-code', '1'])]);
  return id;
}

async function start(deployment: Deployment, program: Program): Promise<string> {
  const { instance, name, environment, version, triggeredSecondsAgo } = deployment;
  const triggeredAt = new Date(Date.now() - triggeredSecondsAgo * 1000).toISOString();
  const begun = await program.run([
    ...['start', '--instance', instance, '--deployment', name, '--environment', environment],
    ...[
      '--version',
      version,
      '--commit',
      commitOf(version),
      '--method',
      'ci',
      '--python',
      'python3',
      '--triggered-at',
      triggeredAt,
    ],
    ...['--url', `https://ci.example/${name}/runs/${version}`],
  ]);
  if (begun.code !== 0) throw new Error(begun.stderr);
  return begun.stdout.trim();
}

/** Each phase takes its time and some CPU; returns whether all succeeded. */
async function phases(
  { phases: planned, fails, running }: Deployment,
  { program, of }: { program: Program; of: readonly string[] },
): Promise<boolean> {
  for (const [phase, seconds] of Object.entries(planned)) {
    const script = `${seconds < 1 ? '' : 'head -c 30000000 /dev/zero | sha256sum >/dev/null; '}sleep ${seconds}; exit ${phase === fails ? 3 : 0}`;
    const { code } = await program.run(['phase', 'run', phase, ...of, '--', 'sh', '-c', script]);
    if (code !== 0) return false;
    if (running === true) return true;
  }
  return true;
}

async function isHealthy(
  { version, unhealthy }: Deployment,
  { program, service, of }: { program: Program; service: Service; of: readonly string[] },
): Promise<boolean> {
  service.answer(version, unhealthy !== true);
  const how = ['--interval', '200ms', '--timeout', '2s', '--consecutive', '5'];
  const { code } = await program.run(['health', ...of, ...how, service.url]);
  return code === 0;
}

/** Rolls back to the previous version if that is planned. */
export async function takeBack(
  { instance, name, environment, rollback }: Deployment,
  { program, id }: { program: Program; id: string },
): Promise<void> {
  if (rollback === undefined) return;
  await program.run([
    ...['rollback', '--of', id, '--instance', instance, '--deployment', name, '--environment', environment],
    ...['--reason', rollback.reason, '--to', rollback.to],
  ]);
}

/** Runs checks, and records other results whose commands an older program may not have. */
async function later(
  { version, warns }: Deployment,
  { program, of }: { program: Program; of: readonly string[] },
): Promise<void> {
  const failed = warns === 'test';
  const words: readonly (readonly string[])[] = [
    ['smoke', ...of, 'login', '--', 'true'],
    ['smoke', ...of, 'checkout', '--', failed ? 'false' : 'true'],
    ['cost', ...of, 'compute', version.startsWith('1.') ? '0.42' : '0.18'],
    ['cost', ...of, 'database', '0.07'],
    ['error-rate', ...of, failed ? '0.12' : '0.004'],
  ];
  if (warns !== undefined)
    await program.run(['phase', 'run', warns, ...of, '--allow-failure', '--', 'false']);
  for (const line of words) if (commandTable.some(({ name }) => name === line[0])) await program.run(line);
}

/** Looks like a commit, and is the same for the same version. */
function commitOf(version: string): string {
  return Buffer.from(`${version}-deploytrack-pictures`).toString('hex').slice(0, 40);
}
