import { rmSync } from 'node:fs';
import { newProgram, type Program } from '../../test/support/program.ts';
import { type Stack, startStack } from './servers.ts';
import { places, playThirty } from './thirty.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

/**
 * Starts the servers, plays deployments into them, prints what they contain, and stops them; with `--keep` at
 * Ctrl-C.
 */
export async function main(root: string, args: readonly string[]): Promise<boolean> {
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve('interrupted'));
  });
  const stack = await startStack(root);
  const program = newProgram({
    env: { PUSHGATEWAY_URL: stack.gateway.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '20s' },
  });
  let isRight: boolean | 'interrupted' = false;
  try {
    say(`Pushgateway   ${stack.gateway.url}   (PUSHGATEWAY_URL)`);
    say(`Prometheus    ${stack.prometheus.url}`);
    say(`Alertmanager  ${stack.alertmanager.url}`);
    isRight = await Promise.race([played(stack, program), interrupted]);
    if (isRight !== 'interrupted' && args.includes('--keep')) {
      say('The servers run until Ctrl-C.');
      await interrupted;
    }
  } finally {
    await stack.stop();
    rmSync(program.folder, { recursive: true, force: true });
  }
  // The remaining deployments would continue without servers.
  if (isRight === 'interrupted') process.exit(130);
  return isRight;
}

/** Whether Prometheus counts as many deployments as the ledger has. */
async function played({ prometheus }: Stack, program: Program): Promise<boolean> {
  for (const place of places) await program.run(['init', ...place]);
  say(
    'Waiting for a scrape of the zeros (every 15 s); a gateway accepts no past times, so the deployments run now.',
  );
  const waiting = { deadlineMs: 40_000 };
  await prometheus.until('count(deployment_slo_bad_total)', (groups) => groups === places.length, waiting);
  await playThirty(program, say);
  await program.run(['push']);
  const rows = program.rows(
    "SELECT count(*) AS n FROM deployment_metrics WHERE deployment_status <> 'in-progress'",
  );
  const ended = Number(rows[0]?.n);
  await prometheus.until('sum(deployment_total)', (total) => total === ended, waiting);
  const scraped = await prometheus.newestSampleSeconds('deployment_total');
  const counted = await prometheus.value('round(sum(increase(deployment_total[1h])))', scraped);
  say(`The ledger has ${ended} deployments; round(sum(increase(deployment_total[1h]))) is ${counted}.`);
  await prometheus.until('min(timestamp(deployment_duration_seconds))', (at) => at >= scraped, waiting);
  const alerts = await prometheus.query('count by (alertname) (ALERTS{alertstate="firing"})');
  say(`Alerts that fire: ${alerts.map(({ labels }) => labels.alertname).join(', ')}`);
  return counted === ended;
}
