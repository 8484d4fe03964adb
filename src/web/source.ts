/// <reference lib="dom" />
import type { Deployment, DeploymentPage, Overview } from '../server/api.ts';

/** Parameters of an address; none of them is empty. */
export type Query = Readonly<Record<string, string>>;

/** What is deployed, and where to. */
export type Site = Overview['sites'][number];

/** Where answers come from: the server, or the data in the page itself. */
export interface Source {
  /** A report cannot be asked for anything that it does not hold. */
  readonly isLive: boolean;
  /** What a report opens with: an address from `#` on, or nothing. */
  readonly start: string;
  /** Without a site the server chooses. */
  overview(site: Site | null): Promise<Overview>;
  deployments(filters: Query): Promise<DeploymentPage>;
  deployment(id: string): Promise<Deployment>;
  /** Calls back after each change of the ledger, until what it returns is called. */
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
        throw new Error('this report does not hold that; ask the server it was made by');
      return found;
    }),
    listen: () => () => {},
  };
}

/** The three answers, by their addresses; `get` gives what the server sent, which is of the types of its API. */
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
