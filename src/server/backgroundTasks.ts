import { ageOutTask } from './ageOutTask.ts';
import { dockerTask } from './dockerTask.ts';
import { rollupTask } from './rollupTask.ts';
import type { ServeInput } from './serveInput.ts';
import type { ServerContext } from './serverContext.ts';

/** A running background task: started before the server listens, stopped after the last response. */
export interface Running {
  /** Resolves when the task has ended. */
  stop(): Promise<void>;
}

/** Starts a task; null if it is not enabled. Throws a usage error for an invalid option. */
export type BackgroundTask = (server: ServerContext, input: ServeInput) => Promise<Running | null>;

const ofLedger: readonly BackgroundTask[] = [ageOutTask, dockerTask, rollupTask];

/** Sample data does not change; of a store nothing is pushed and nothing recorded here. */
export function backgroundTasks({
  isSample,
  store,
}: Pick<ServerContext, 'isSample' | 'store'>): readonly BackgroundTask[] {
  if (isSample) return [];
  return store === null ? ofLedger : [rollupTask];
}
