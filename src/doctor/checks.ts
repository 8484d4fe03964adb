import type { Check } from './check.ts';
import { extraCertificates } from './checks/certificates.ts';
import { clock } from './checks/clock.ts';
import { clockSkew } from './checks/clockSkew.ts';
import { copies } from './checks/copies.ts';
import { deployments } from './checks/deployments.ts';
import { disk } from './checks/disk.ts';
import { drills } from './checks/drills.ts';
import { driver } from './checks/driver.ts';
import { fileSystem } from './checks/fileSystem.ts';
import { gateway } from './checks/gateway.ts';
import { groups } from './checks/groups.ts';
import { health } from './checks/health.ts';
import { journals } from './checks/journals.ts';
import { place } from './checks/place.ts';
import { powershell } from './checks/powershell.ts';
import { prometheus } from './checks/prometheus.ts';
import { rights } from './checks/rights.ts';
import { rows } from './checks/rows.ts';
import { secondLedger } from './checks/secondLedger.ts';
import { secrets } from './checks/secrets.ts';
import { serve } from './checks/serve.ts';
import { settings } from './checks/settings.ts';
import { shards } from './checks/shards.ts';
import { soundness } from './checks/soundness.ts';
import { store } from './checks/store.ts';
import { warnings } from './checks/warnings.ts';

/** All checks, in the order in which they run and are shown. */
export const checks: readonly Check[] = [
  settings,
  secrets,
  serve,
  extraCertificates,
  powershell,
  driver,
  place,
  rights,
  fileSystem,
  disk,
  secondLedger,
  soundness,
  rows,
  journals,
  deployments,
  clock,
  clockSkew,
  gateway,
  shards,
  groups,
  copies,
  store,
  drills,
  prometheus,
  health,
  warnings,
];
