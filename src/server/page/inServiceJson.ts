import type { Database } from '../../ledger/file/addon.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { readLastVersions, versionToGoBackTo } from '../../ledger/read/lastVersions.ts';
import { siteState } from '../../ledger/read/site.ts';
import { isoTime } from '../../model.ts';
import type { InServiceJson } from '../api.ts';

/** The version in service on a site, or on one host of it, by whom it came there, and which one it can be rolled back to. */
export function inServiceJson(database: Database, site: Site, onHost?: string): InServiceJson {
  const { inService, healthy } = siteState(database, site, onHost);
  const last = readLastVersions(database, site, onHost);
  const { deployment, environment } = site;
  if (inService === null) return { deployment, environment, version: null, healthy };
  const { version, commitSha, sinceMs } = inService;
  const by = last.find((one) => one.version === version && one.status !== 'failed' && one.rolledBack === 0);
  const back = versionToGoBackTo(last, version);
  return {
    deployment,
    environment,
    version,
    healthy,
    commit_sha: commitSha,
    since: isoTime(sinceMs),
    id: by?.id ?? null,
    by: by?.triggeredBy ?? null,
    host: by?.hostname ?? null,
    replaced: by?.previousVersion ?? null,
    go_back_to: back === null ? null : { version: back.version, id: back.id },
  };
}
