/// <reference lib="dom" />
import type {
  ChangedRows,
  ComparedItems,
  Deployment,
  DeploymentPage,
  Overview,
  ReportOrigin,
} from '../server/api.ts';
import type { FleetPage, RolloutPage } from '../server/fleetApi.ts';
import type { Query } from './address.ts';
import { type Listener, listen } from './events.ts';

/** The source of data: the server, or the data in the page itself. */
export interface Source {
  /** When and from what a report was made, which has only its own data; null for a server. */
  readonly made: ReportOrigin | null;
  /** The URL fragment that a report opens with, or an empty text. */
  readonly start: string;
  overview(query: Query): Promise<Overview>;
  deployments(query: Query): Promise<DeploymentPage>;
  changed(query: Query, ids: readonly string[]): Promise<ChangedRows>;
  deployment(id: string): Promise<Deployment>;
  comparison(one: string, other: string): Promise<ComparedItems>;
  fleet(query: Query): Promise<FleetPage>;
  rollout(query: Query): Promise<RolloutPage>;
  /** Returns a function that ends it. */
  listen(listener: Listener): () => void;
}

/** The server cannot be reached, is too slow, or ended within its response. */
export class NoResponse extends Error {
  constructor() {
    super('the server does not respond');
  }
}

/** For a whole response. */
const responseMs = 30_000;

export function pageSource(): Source {
  const embedded = document.getElementById('data');
  if (embedded === null) return server();
  return inPage(JSON.parse(embedded.textContent ?? '{}') as Readonly<Record<string, unknown>>);
}

function server(): Source {
  return {
    made: null,
    start: '',
    ...answers(async (path) => {
      const { isOk, status, text } = await responseOf(path);
      if (!isOk) throw new Error(text.trim() || `status ${status}`);
      return JSON.parse(text);
    }),
    listen,
  };
}

async function responseOf(path: string): Promise<{ isOk: boolean; status: number; text: string }> {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(responseMs) });
    return { isOk: response.ok, status: response.status, text: await response.text() };
  } catch {
    throw new NoResponse();
  }
}

function inPage(held: Readonly<Record<string, unknown>>): Source {
  return {
    made: held.made as ReportOrigin,
    start: typeof held.start === 'string' ? held.start : '',
    ...answers(async (path) => {
      const found = held[path.split('?')[0] ?? ''];
      if (found === undefined)
        throw new Error('this report does not contain it; open it in the web UI of the server');
      return found;
    }),
    listen: () => () => {},
  };
}

/** The requests; `get` returns the JSON of the server, which has the types of its API. */
function answers(get: (path: string) => Promise<unknown>): Omit<Source, 'made' | 'start' | 'listen'> {
  return {
    overview: async (query) => (await get(`/api/overview${search(query)}`)) as Overview,
    deployments: async (query) => (await get(`/api/deployments${search(query)}`)) as DeploymentPage,
    changed: async (query, ids) =>
      (await get(`/api/deployments${search({ ...query, ids: ids.join(',') })}`)) as ChangedRows,
    deployment: async (id) => (await get(`/api/deployments/${encodeURIComponent(id)}`)) as Deployment,
    comparison: async (one, other) =>
      (await get(`/api/comparison${search({ one, other })}`)) as ComparedItems,
    fleet: async (query) => (await get(`/api/fleet${search(query)}`)) as FleetPage,
    rollout: async (query) => (await get(`/api/rollout${search(query)}`)) as RolloutPage,
  };
}

export function search(values: Query): string {
  const text = new URLSearchParams(values).toString();
  return text === '' ? '' : `?${text}`;
}
