/// <reference lib="dom" />
import type {
  ChangedRows,
  ComparedItems,
  Deployment,
  DeploymentPage,
  Overview,
  ReportOrigin,
} from '../server/api.ts';
import type { Query } from './address.ts';

/** What the server reports of its ledger: IDs of deployments that changed, null for any. */
export interface Listener {
  readonly onChange: (ids: readonly string[] | null) => void;
  readonly onConnection: (isConnected: boolean) => void;
}

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
  /** Returns a function that ends it. */
  listen(listener: Listener): () => void;
}

/** After a response that ends a stream of events, the browser does not connect again by itself. */
const againMs = 5000;

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
      const response = await fetch(path);
      if (!response.ok) throw new Error((await response.text()).trim() || `status ${response.status}`);
      return response.json();
    }),
    listen,
  };
}

function listen({ onChange, onConnection }: Listener): () => void {
  let timer = 0;
  let events: EventSource;
  const connect = (): void => {
    events = new EventSource('/api/events');
    events.addEventListener('open', () => onConnection(true));
    events.addEventListener('change', ({ data }) =>
      onChange((JSON.parse(data) as { ids: readonly string[] | null }).ids),
    );
    events.addEventListener('error', () => {
      onConnection(false);
      if (events.readyState === EventSource.CLOSED) timer = window.setTimeout(connect, againMs);
    });
  };
  connect();
  return () => {
    clearTimeout(timer);
    events.close();
  };
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
  };
}

export function search(values: Query): string {
  const text = new URLSearchParams(values).toString();
  return text === '' ? '' : `?${text}`;
}
