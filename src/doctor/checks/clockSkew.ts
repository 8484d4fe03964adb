import type { Check } from '../check.ts';
import { clockCommand } from '../clockCommand.ts';
import { type Finding, wrong } from '../finding.ts';

const toleratedMs = 30_000;

/** This host's clock against that of the gateway. */
export const clockSkew: Check = {
  name: 'clock-skew',
  title: 'the clock of this host against that of the gateway',
  find: async ({ session: { context }, gatewayStates }) => {
    return (await gatewayStates()).flatMap(({ gateway, small }) => {
      const aheadMs = small?.aheadMs ?? null;
      if (aheadMs === null || Math.abs(aheadMs) < toleratedMs) return [];
      return [skewed({ of: `the gateway ${gateway.url}`, aheadMs, command: clockCommand(context) })];
    });
  },
};

/** Which of the clocks is wrong is not known. */
function skewed({ of, aheadMs, command }: { of: string; aheadMs: number; command: string }): Finding {
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return wrong({
    message: `the clock of this host is ${seconds} s ${aheadMs > 0 ? 'behind' : 'ahead of'} that of ${of}`,
    meaning: 'times of deployments do not fit those of metrics and logs; one of the two clocks is wrong',
    fix: `on the host whose clock is wrong, run \`${command}\``,
  });
}
