import type { Round, Row } from './row.ts';
import { type Call, timed } from './timed.ts';
import type { World } from './world.ts';

export interface PairedRow extends Pick<Row, 'name' | 'goal' | 'needs' | 'every'> {
  call(world: World, round: Round): Call | Promise<Call>;
  /** What must be true before each call; its time does not count. */
  prepare?(world: World, round: Round): Promise<unknown>;
  after?(world: World, round: Round): Promise<unknown>;
}

/** A row that times a process next to `node -e 0`: which of the two comes first changes from round to round. */
export function pair({ call, prepare, after, ...row }: PairedRow): Row {
  return {
    ...row,
    figure: 'times `node -e 0`',
    async sample(world, round) {
      await prepare?.(world, round);
      const own = await call(world, round);
      const [ownMs, bareMs] = await inTurns(round.number, [
        async () => (await timed(own)).milliseconds,
        async () => (await timed(world.bare)).milliseconds,
      ]);
      await after?.(world, round);
      return { figure: ownMs / bareMs, absolute: ownMs };
    },
  };
}

/** Both, in the order of the round; the results in the order given. */
export async function inTurns<Result>(
  round: number,
  [first, second]: readonly [() => Promise<Result>, () => Promise<Result>],
): Promise<readonly [Result, Result]> {
  if (round % 2 === 0) {
    const result = await first();
    return [result, await second()];
  }
  const result = await second();
  return [await first(), result];
}
