import { openDeployments } from '../../ledger/deployments.ts';
import { isAbandoned, lastMark } from '../../ledger/marks/abandoned.ts';
import { deploymentLife, type LifeTest } from '../../ledger/marks/deploymentProcesses.ts';
import { liveness } from '../../processes.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';

const seen = {
  dead: 'none of its processes is running',
  unknown: 'whether its process is running cannot be determined from here',
} as const;

/** Each open deployment, and whether the next `start` or `push` would close it as abandoned. */
export const deployments: Check = {
  name: 'deployments',
  title: 'open and abandoned deployments',
  find: ({ session: { context, settings }, sound }) => {
    if (sound === null) return [];
    const at = context.instant();
    const abandonAfterMs = settings.durationMs('abandon-after');
    const life: LifeTest = (process) => liveness(context, process, { isQuiet: true });
    return openDeployments(sound, {}).map((row): Finding => {
      const { deploymentId } = row;
      const state = deploymentLife(sound, { deploymentId, life });
      const idleSeconds = Math.round((at.wallMs - lastMark(sound, row).wallMs) / 1000);
      const is =
        state === 'alive' ? 'running' : `open; its last mark was ${idleSeconds} s ago, ${seen[state]}`;
      const message = `deployment ${deploymentId} (${row.deployment}/${row.environment}) is ${is}`;
      if (!isAbandoned(sound, { row, at, abandonAfterMs, takeOver: false, life })) return ok(message);
      return wrong({
        message,
        meaning: 'it counts as running until the next `start` or `push` closes it as failed',
        fix: `run \`deploytrack finish --id ${deploymentId} --abandoned\``,
      });
    });
  },
};
