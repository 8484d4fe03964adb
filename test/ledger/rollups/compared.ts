import type { DeploymentFilter } from '../../../src/ledger/read/filter.ts';
import { rangeCondition } from '../../../src/ledger/rollups/condition.ts';
import { readBySite } from '../../../src/ledger/rollups/readTallies.ts';
import { addRows } from '../../../src/ledger/rollups/rowTallies.ts';
import { SitesTallies, type SiteTallies } from '../../../src/ledger/rollups/siteTallies.ts';
import type { Sketch } from '../../../src/ledger/rollups/sketch.ts';
import { askedRange } from '../../../src/ledger/rollups/units.ts';
import type { LedgerWorld } from '../ledgerWorld.ts';

const kinds = ['totals', 'phases', 'hosts'] as const;

/** Sums of the same numbers in another order. */
const near = (sum: number): number => Number(sum.toPrecision(10));

const ofSketch = (sketch: Sketch) => ({ ...sketch.summary(), mean: near(sketch.sum) });

function shown(sites: readonly SiteTallies[]) {
  return sites
    .filter(({ totals }) => totals.total > 0)
    .map(({ deployment, environment, totals, phases, hosts }) => ({
      deployment,
      environment,
      counts: [totals.total, totals.warning, totals.failed, totals.bad, totals.downtimeTogether.count],
      downtime: near(totals.downtimeTogether.sum),
      sketches: [
        totals.totalSeconds,
        totals.downtimeSeconds,
        totals.timeToHealthySeconds,
        totals.healthCheckSeconds,
        totals.timeToDeploySeconds,
        totals.restoreSeconds,
      ].map(ofSketch),
      phases: phases
        .entries()
        .map(([name, phase]) => [
          name,
          phase.deployments,
          near(phase.seconds),
          phase.failed,
          ofSketch(phase.durations),
        ]),
      hosts: hosts
        .entries()
        .map(([name, host]) => [
          name,
          host.deployments,
          host.failed,
          host.rolledBack,
          host.lastStartedAt,
          host.lastRow,
          host.downtime.count,
          near(host.downtime.sum),
          ofSketch(host.durations),
        ]),
    }))
    .sort((one, other) => (one.deployment < other.deployment ? -1 : 1));
}

/** The tallies of each site, computed from rows. */
export function fromRows({ database }: LedgerWorld, filter: DeploymentFilter) {
  const to = new SitesTallies({ together: false });
  addRows(database, { finished: rangeCondition(filter, askedRange(filter)), kinds, to });
  return shown(to.all());
}

/** The same, read from roll-ups if they are current. */
export const rolledUp = ({ database }: LedgerWorld, filter: DeploymentFilter) =>
  shown(readBySite(database, { filter, kinds }));
