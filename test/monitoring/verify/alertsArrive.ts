import { eventually } from '../../support/eventually.ts';
import { alertExpectations, atOnce } from './alertExpectations.ts';
import { compareNames } from './compare.ts';
import { expectedSeries } from './expectation.ts';
import type { Ledgers } from './ledgers.ts';
import type { Servers } from './servers.ts';
import type { Answer } from './verify.ts';

/**
 * Alerts that follow from the ledger's rows must arrive at the Alertmanager, and those for failed deployments
 * at its receiver.
 */
export async function alertsArrive({ alertmanager, receiver }: Servers, ledgers: Ledgers): Promise<Answer[]> {
  const raised = (name: string) => {
    const expectation = alertExpectations[name];
    return expectation?.kind === 'exactly' ? expectedSeries(expectation, ledgers.rows(expectation.sql)) : [];
  };
  const names = atOnce.filter((name) => raised(name).length > 0);
  const held = async () => (await alertmanager.alerts()).map(({ labels }) => labels.alertname ?? '');
  const groups = raised('DeploymentFailed').map(({ labels }) => groupOf(labels));
  const told = async () =>
    receiver
      .received()
      .filter(({ status, labels }) => status === 'firing' && labels.alertname === 'DeploymentFailed')
      .map(({ labels }) => groupOf(labels));
  return [
    await arrived('at the Alertmanager', { got: held, expected: names }),
    await arrived('DeploymentFailed at the receiver', { got: told, expected: groups }),
  ];
}

async function arrived(
  what: string,
  { got, expected }: { got: () => Promise<string[]>; expected: readonly string[] },
): Promise<Answer> {
  // A late arrival is a failure too, shown in the table.
  await eventually(async () => compareNames(await got(), expected, { among: true }).ok || undefined, {
    deadlineMs: 40_000,
    everyMs: 200,
  }).catch(() => undefined);
  return { id: what, what: 'arrival', choice: '', ...compareNames(await got(), expected, { among: true }) };
}

function groupOf({ instance, deployment, environment }: Readonly<Record<string, string>>): string {
  return `${instance}/${deployment}/${environment}`;
}
