/// <reference lib="dom" />
import type { Deployment, DeploymentPage, Overview } from '../server/api.ts';

/** Parameters of a URL; none of them is empty. */
export type Query = Readonly<Record<string, string>>;

/** A deployment name and an environment. */
export type Site = Overview['sites'][number];

/** The source of data: the server, or the data in the page itself. */
export interface Source {
  /** False for a report, which has only its own data. */
  readonly isLive: boolean;
  /** The URL fragment that a report opens with, or an empty text. */
  readonly start: string;
  /** Without a site, the server chooses one. */
  overview(site: Site | null): Promise<Overview>;
  deployments(filters: Query): Promise<DeploymentPage>;
  deployment(id: string): Promise<Deployment>;
  /** Calls back after each change of the ledger. Returns a function that ends this. */
  listen(onChange: () => void): () => void;
}

export function pageSource(): Source {
  const embedded = document.getElementById('data');
  if (embedded === null) return server();
  return inPage(JSON.parse(embedded.textContent ?? '{}') as Readonly<Record<string, unknown>>);
}

function server(): Source {
  return {
    isLive: true,
    start: '',
    ...answers(async (path) => {
      const response = await fetch(path);
      if (!response.ok) throw new Error((await response.text()).trim() || `status ${response.status}`);
      return response.json();
    }),
    listen(onChange) {
      const events = new EventSource('/api/events');
      events.addEventListener('change', onChange);
      return () => events.close();
    },
  };
}

function inPage(held: Readonly<Record<string, unknown>>): Source {
  return {
    isLive: false,
    start: typeof held.start === 'string' ? held.start : '',
    ...answers(async (path) => {
      const found = held[path];
      if (found === undefined)
        throw new Error('this report does not contain it; open it in the web UI of the server');
      return found;
    }),
    listen: () => () => {},
  };
}

/** The three requests; `get` returns the JSON of the server, which has the types of its API. */
function answers(
  get: (path: string) => Promise<unknown>,
): Pick<Source, 'overview' | 'deployments' | 'deployment'> {
  return {
    overview: async (site) => (await get(`/api/overview${search({ ...site })}`)) as Overview,
    deployments: async (filters) => (await get(`/api/deployments${search(filters)}`)) as DeploymentPage,
    deployment: async (id) => (await get(`/api/deployments/${encodeURIComponent(id)}`)) as Deployment,
  };
}

function search(values: Query): string {
  const text = new URLSearchParams(values).toString();
  return text === '' ? '' : `?${text}`;
}
