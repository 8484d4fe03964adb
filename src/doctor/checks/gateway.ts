import type { DeploytrackError } from '../../errors.ts';
import { listGroups } from '../../ledger/push/deliveries.ts';
import type { Check } from '../check.ts';
import { type Finding, ok } from '../finding.ts';

export const gateway: Check = {
  name: 'gateway',
  title: 'the setting of the gateway and of its proxy',
  find: async ({ session, sound, gateway: configured }) => {
    const found = await configured().catch((error: DeploytrackError) => error);
    if (found === null) return [ok('no gateway is set; nothing is pushed')];
    if (found instanceof Error) return [invalid(found)];
    const isNew = sound === null || listGroups(sound, { deploymentId: null }).length === 0;
    const none = isNew ? [ok(`the gateway is ${found.url}; this ledger has no group yet`)] : [];
    return [...proxyFindings(session.context.env, found.url), ...none];
  },
};

function invalid({ message, hint = 'fix the setting, or unset it' }: DeploytrackError): Finding {
  return { state: 'wrong', message, meaning: 'nothing is pushed', fix: hint };
}

/** A proxy for everything is not used, unless the setting says so. */
function proxyFindings(env: Readonly<Record<string, string | undefined>>, url: string): Finding[] {
  const names = url.startsWith('https:') ? ['https_proxy', 'all_proxy'] : ['http_proxy', 'all_proxy'];
  const set = names.flatMap((name) => [name, name.toUpperCase()]).filter((name) => (env[name] ?? '') !== '');
  if (set.length === 0) return [];
  return [ok(`the proxy in ${set.join(' and ')} is not used; the gateway is contacted directly`)];
}
