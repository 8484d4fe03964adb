import type { GatewayFault } from '../support/faultyGateway.ts';
import type { Column } from './columns.ts';
import type { World } from './world.ts';

/** A row of the matrix that is run here. */
export interface Fault {
  /** The row in `matrix.ts`. */
  readonly title: string;
  readonly world: World;
  /** What every warning and error says; without it there is none. */
  readonly says?: RegExp;
  /** Exit codes that the fault changes by contract. */
  readonly codes?: Partial<Record<Column, number>>;
  /** The gateway fails this way; every command contacts it again, whatever the command before it met. */
  readonly gateway?: GatewayFault;
  /** A push waits for the gateway until a signal ends it. */
  readonly isWaitedFor?: boolean;
  /** What the shell of the wrapped command itself adds to its standard error. */
  readonly commandSays?: RegExp;
  /** A standard stream is what fails. */
  readonly hasNoInput?: boolean;
  readonly hasNoOutput?: boolean;
  readonly hasNoErrors?: boolean;
}
