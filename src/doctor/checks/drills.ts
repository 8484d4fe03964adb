import { isoTime } from '../../model.ts';
import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import type { Session } from '../../session.ts';
import type { Check } from '../check.ts';
import { drillPath, type HeldDrill } from '../drill/drillGroup.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import { gatewayCurl } from '../gateway/curl.ts';

/** Copies of alerts that `rules --drill` raised and that are still on the gateway. */
export const drills: Check = {
  name: 'drills',
  title: 'drills that were left on the gateway',
  find: async ({ session, gatewayStates }) => {
    const nowMs = session.context.instant().wallMs;
    return (await gatewayStates()).flatMap(({ gateway, drills: held }) =>
      held.map((drill) => findingOf(session, { drill, gateway, nowMs })),
    );
  },
};

function findingOf(
  session: Session,
  { drill, gateway, nowMs }: { drill: HeldDrill; gateway: Pushgateway; nowMs: number },
): Finding {
  const { alert, instance, untilMs } = drill;
  if (untilMs > nowMs) return ok(`a drill of ${alert} on ${instance} fires until ${isoTime(untilMs)}`);
  const command = gatewayCurl(session, gateway, { path: drillPath(drill), method: 'DELETE' });
  return wrong({
    message: `a drill of ${alert} on ${instance} was left on the gateway`,
    meaning: 'its process was killed; the copy of the alert no longer fires',
    fix: `run \`${command}\`, or another drill on that host`,
  });
}
