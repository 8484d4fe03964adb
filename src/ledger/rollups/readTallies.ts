import type { Database } from '../file/addon.ts';
import { withCachedStatements } from '../file/cacheStatements.ts';
import type { DeploymentFilter, LimitedFilter } from '../read/filter.ts';
import { rangeCondition } from './condition.ts';
import { cover, type Piece } from './cover.ts';
import { addRows } from './rowTallies.ts';
import { nowhere, SitesTallies, type SiteTallies } from './siteTallies.ts';
import { hasMany, stateOf } from './state.ts';
import { tallyIn } from './stored.ts';
import type { Kind } from './tallies.ts';
import { askedRange } from './units.ts';

/**
 * Whether a report reads roll-ups: with enough deployments in its period, and if it is about all of them. Otherwise it reads rows, which is
 * exact.
 */
export function readsRollups(db: Database, filter: LimitedFilter): boolean {
  const { limit, status, host, version } = filter;
  const isOfAll = [limit, status, host, version].every((one) => one === undefined);
  return isOfAll && hasMany(db, askedRange(filter));
}

interface Asked {
  readonly filter: DeploymentFilter;
  readonly kinds: readonly Kind[];
}

/** The tallies of all deployments that match, inside the caller's transaction. */
export function readTogether(db: Database, asked: Asked): SiteTallies {
  return read(db, { ...asked, to: new SitesTallies({ together: true }) }).of(nowhere);
}

/** The tallies of each site. */
export function readBySite(db: Database, asked: Asked): SiteTallies[] {
  return read(db, { ...asked, to: new SitesTallies({ together: false }) }).all();
}

function read(db: Database, { filter, kinds, to }: Asked & { to: SitesTallies }): SitesTallies {
  const pieces = cover(db, { state: stateOf(db), range: askedRange(filter) });
  withCachedStatements(db, () => {
    for (const piece of pieces) addPiece(db, { piece, filter, kinds, to });
  });
  return to;
}

/** Adds the deployments of a piece that match. */
export function addPiece(
  db: Database,
  { piece, filter, kinds, to }: Asked & { piece: Piece; to: SitesTallies },
): void {
  if ('range' in piece) addRows(db, { finished: rangeCondition(filter, piece.range), kinds, to });
  else
    for (const kind of kinds)
      for (const { reader, ...site } of tallyIn(db, { kind, unit: piece.unit, ...filter }))
        to.of(site)[kind].addWritten(reader);
}
