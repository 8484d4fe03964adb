import { healthy, ready } from './probes.ts';
import type { Route } from './route.ts';

/** Every address of the server. */
export const routes: readonly Route[] = [healthy, ready];
