import { spawn } from 'node:child_process';
import { endOf, type Program } from '../../support/program.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import type { SwitchedService } from '../../support/switchedService.ts';
import type { Plan } from './plans.ts';

interface Around {
  readonly host: Program;
  readonly service: SwitchedService;
  readonly prometheus: Prometheus;
  readonly keyWords: readonly string[];
}

/** Start, marks, finish and later commands; throws if a command exits with another code than planned. */
export async function playDeployment(plan: Plan, around: Around): Promise<void> {
  const id = await start(plan, around);
  const mark = (line: string) => runLine(line, { plan, around, id });
  // The cost of a deployment starts at 0: a scrape must see that before it increases.
  if (plan.lines.some((line) => line.startsWith('cost')))
    await around.prometheus.until(
      `count(deployment_infrastructure_cost{deployment_id="${id}"})`,
      (count) => count > 0,
    );
  for (const line of plan.lines) await mark(line);
  if (plan.finish !== null) await mark(`finish ${plan.finish ?? ''}`);
  for (const line of plan.later ?? []) await mark(line);
}

async function start(plan: Plan, { host, keyWords }: Around): Promise<string> {
  const { version, triggeredSecondsAgo, isLeft } = plan;
  const words = ['start', ...keyWords, '--version', version, ...split(plan.start)];
  if (triggeredSecondsAgo !== undefined) words.push('--triggered-at', timeAgo(triggeredSecondsAgo));
  // Its caller is a shell that then ends, not this process, which keeps running.
  const end = isLeft === true ? await fromShell(host, words) : await host.run(words);
  if (end.code !== 0) throw new Error(`deploytrack ${words.join(' ')}: ${JSON.stringify(end)}`);
  return end.stdout.trim();
}

function fromShell({ words: program, env, folder }: Program, words: readonly string[]) {
  return endOf(
    spawn('sh', ['-c', '"$@"; exit $?', 'script', ...program, ...words], { env: { ...env }, cwd: folder }),
  );
}

async function runLine(
  line: string,
  { plan, around, id }: { plan: Plan; around: Around; id: string },
): Promise<void> {
  const fails = line.startsWith('!');
  const words = split(line.slice(fails ? 1 : 0)).flatMap((word) => filledIn(word, { plan, around }));
  const end = await around.host.run(words, { env: { DEPLOYTRACK_ID: id } });
  if (end.code !== (fails ? 1 : 0)) throw new Error(`${line} of ${plan.version}: ${JSON.stringify(end)}`);
  // A gauge that no scrape saw has not changed.
  if (fails && words[0] === 'health')
    await around.prometheus.until(unhealthyIn(around.keyWords), (count) => count === 1);
}

function unhealthyIn([, instance, , deployment, , environment]: readonly string[]): string {
  const labels = Object.entries({ instance, deployment, environment }).map(
    ([name, value]) => `${name}="${value}"`,
  );
  return `count(deployment_health_status{${labels.join(',')}} == 0)`;
}

function filledIn(
  word: string,
  { plan: { version }, around: { service } }: { plan: Plan; around: Around },
): string[] {
  const [name, figure = '0'] = word.split(':');
  if (word === 'HEALTH') return [service.healthUrl];
  if (name === 'SWITCH') return service.switchTo(version, { downMs: Number(figure) });
  if (name === 'SWITCH-TO') return service.switchTo(figure);
  if (name === 'AGO') return [timeAgo(Number(figure))];
  return [word];
}

function split(line = ''): string[] {
  return line.split(' ').filter((word) => word !== '');
}

function timeAgo(seconds: number): string {
  return new Date(Date.now() - seconds * 1000).toISOString();
}
