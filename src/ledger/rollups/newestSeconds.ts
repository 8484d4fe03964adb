import type { Database } from '../file/addon.ts';
import { withCachedStatements } from '../file/cacheStatements.ts';
import type { DeploymentFilter } from '../read/filter.ts';
import { lastSeconds } from '../read/phaseSeconds.ts';
import { rangeCondition } from './condition.ts';
import { cover, type Piece, partsOf } from './cover.ts';
import { addPiece } from './readTallies.ts';
import { nowhere, SitesTallies } from './siteTallies.ts';
import { stateOf } from './state.ts';
import { askedRange } from './units.ts';

interface Asked {
  readonly filter: DeploymentFilter;
  readonly stage: string;
  readonly most: number;
}

/**
 * The seconds of a phase in its newest successful deployments, newest first. Roll-ups say in which units it ran, so that only rows of those
 * hours are read, however rare it is.
 */
export function newestSeconds(db: Database, asked: Asked): number[] {
  const state = stateOf(db);
  const found: number[] = [];
  const walk = (pieces: readonly Piece[]): void => {
    for (const piece of [...pieces].reverse()) {
      if (found.length >= asked.most) return;
      if ('range' in piece) found.push(...ofRange(db, { ...asked, piece, most: asked.most - found.length }));
      else if (hasRun(db, { ...asked, piece })) walk(partsOf(db, { state, unit: piece.unit }));
    }
  };
  withCachedStatements(db, () => walk(cover(db, { state, range: askedRange(asked.filter) })));
  return found;
}

function ofRange(
  db: Database,
  { piece, filter, stage, most }: Asked & { piece: Extract<Piece, { range: unknown }> },
): number[] {
  return lastSeconds(db, { finished: rangeCondition(filter, piece.range), stage, most });
}

function hasRun(db: Database, { piece, filter, stage }: Asked & { piece: Piece }): boolean {
  const to = new SitesTallies({ together: true });
  addPiece(db, { piece, filter, kinds: ['phases'], to });
  return (to.of(nowhere).phases.get(stage)?.durations.count ?? 0) > 0;
}
