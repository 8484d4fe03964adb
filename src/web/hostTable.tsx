import type { VNode } from 'preact';
import type { HostJson } from '../server/fleetApi.ts';
import { deploymentAddress, listAddress } from './address.ts';
import { Chip, Sign } from './parts.tsx';
import { Table } from './table.tsx';
import { Ago } from './time.tsx';

/** A host leads to its last deployment, its deployments to the list of them. */
export function HostTable({ hosts }: { readonly hosts: readonly HostJson[] }): VNode | null {
  return (
    <Table
      caption="Hosts, those that are furthest behind first"
      head={['host', 'deployment', 'in service', 'behind', 'since', 'last deployment', 'health', 'heard of']}
      numbers={[3]}
      ids={hosts.map(({ last }) => last.id)}
      rows={hosts.map((one) => [
        <a href={deploymentAddress(one.last.id)} data-open>
          {one.host}
        </a>,
        <a href={listAddress(ofHost(one))}>
          {one.deployment} <Chip text={one.environment} />
        </a>,
        one.version === null ? <span class="quiet">nothing yet</span> : <strong>{one.version}</strong>,
        <Behind {...one} />,
        one.since !== null && <Ago iso={one.since} />,
        <>
          <Sign status={one.last.status} />
          {one.last.version !== one.version && `${one.last.version}, `}
          <Ago iso={one.last.started_at} />
        </>,
        <Health {...one} />,
        <Ago iso={one.heard_at} />,
      ])}
    />
  );
}

function ofHost({ host, deployment, environment }: HostJson): Record<string, string> {
  return { deployment, environment, host };
}

function Behind({ behind }: HostJson): VNode {
  if (behind === null) return <span class="quiet">–</span>;
  return (
    <span class={behind === 0 ? 'quiet' : 'warn'} title={behindText(behind)}>
      {behind}
    </span>
  );
}

function behindText(behind: number): string {
  return behind === 0 ? 'the newest version' : `${behind} newer ${behind === 1 ? 'version' : 'versions'}`;
}

function Health({ healthy }: HostJson): VNode {
  if (healthy === null) return <span class="quiet">not checked</span>;
  return healthy ? <span class="good">✓ healthy</span> : <span class="bad">✗ unhealthy</span>;
}
