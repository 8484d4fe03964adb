import { ageOutTask } from './ageOutTask.ts';
import { dockerTask } from './dockerTask.ts';
import type { ServeInput } from './serveInput.ts';
import type { ServerContext } from './serverContext.ts';

/** What runs beside the answering: begun before the port is taken, stopped after the last answer. */
export interface Running {
  /** Resolves when nothing of it runs any more. */
  stop(): Promise<void>;
}

/** Null where this server was not asked for it. Throws a usage error for a wrong option. */
export type BackgroundTask = (server: ServerContext, input: ServeInput) => Promise<Running | null>;

export const backgroundTasks: readonly BackgroundTask[] = [ageOutTask, dockerTask];
