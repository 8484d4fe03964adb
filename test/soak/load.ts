import { rmSync } from 'node:fs';
import { startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import type { Stage } from './stage.ts';
import { median } from './stage.ts';
import { samplesOf, wrongInLedger } from './verify.ts';

/** A command of a deployment. */
interface Ran {
  readonly code: number | null;
  readonly stderr: string;
  readonly ms: number;
}

export const load: Stage = {
  name: 'load',
  about: 'many deployments at once on one ledger, with a real gateway',
  limitMinutes: { quick: 1, full: 6 },
  async run({ isQuick }) {
    const { deployments, phases } = isQuick
      ? { deployments: 12, phases: 5 }
      : { deployments: 50, phases: 20 };
    const gateway = await startGateway();
    const program = newProgram({ env: { DEPLOYTRACK_VERSION: '1', PUSHGATEWAY_URL: gateway.url } });
    try {
      await program.run(['init', '--deployment', 'app-0']);
      const all = await Promise.all(
        Array.from({ length: deployments }, (_, number) => deployOne(program, { number, phases })),
      );
      const ran = all.flat();
      const atOnce = onGateway(await gateway.text());
      const waited = ran.filter(({ stderr }) => stderr.includes('the mark was saved to')).length;
      const failed = ran.filter(({ code }) => code !== 0);
      await program.run(['push', '--gateway-timeout', '60s']);
      const finally_ = onGateway(await gateway.text());
      const [counted] = program.rows(
        "SELECT count(*) AS stages, (SELECT count(*) FROM deployment_metrics WHERE deployment_status = 'success') AS ended FROM deployment_stages WHERE status = 'success'",
      );
      const wrong = [
        ...failed.map(({ code, stderr }) => `exit ${code}: ${stderr}`),
        ...(counted?.stages === deployments * phases ? [] : [`${counted?.stages} phases`]),
        ...(counted?.ended === deployments ? [] : [`${counted?.ended} deployments`]),
        ...(finally_ === deployments ? [] : [`${finally_} groups on the gateway after push`]),
        ...wrongInLedger(program),
      ];
      const times = ran.map(({ ms }) => ms);
      const figures = [
        `${failed.length} exit codes wrong`,
        `${wrong.length - failed.length} totals wrong`,
        `${waited} marks waited in the journal`,
        `${atOnce} of ${deployments} groups pushed before \`push\`, ${finally_} after it`,
        `a command took ${Math.round(median(times))} ms, the longest ${(Math.max(...times) / 1000).toFixed(1)} s`,
      ];
      const tried = `${deployments} deployments × ${phases} phases, ${ran.length} commands`;
      return {
        found: [{ what: 'load: deployments at once', tried, result: figures.join('; ') }],
        broken: wrong,
      };
    } finally {
      await gateway.stop();
      rmSync(program.folder, { recursive: true, force: true });
    }
  },
};

async function deployOne(
  program: Program,
  { number, phases }: { number: number; phases: number },
): Promise<Ran[]> {
  const ran: Ran[] = [];
  const run = async (args: readonly string[]) => {
    const beganMs = performance.now();
    const { code, stderr } = await program.run(args);
    ran.push({ code, stderr, ms: performance.now() - beganMs });
  };
  const id = ['--id', `d${number}`];
  await run(['start', ...id, '--deployment', `app-${number}`]);
  for (let phase = 0; phase < phases; phase += 1)
    await run(['phase', 'run', `step_${phase}`, ...id, '--', 'true']);
  await run(['finish', ...id]);
  return ran;
}

/** The number of groups with one successful deployment. */
function onGateway(text: string): number {
  return [...samplesOf(text)].filter(
    ([name, value]) => /^deployment_total\{.*status=success/.test(name) && Number(value) === 1,
  ).length;
}
