import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';

/**
 * Result of a PUT: `taken`: accepted; `lost`: not accepted; `unheard`: accepted, but reported as failed;
 * `away`: every request fails.
 */
export type Fate = 'taken' | 'lost' | 'unheard' | 'away';

/** A gateway as the contract defines it: the last text of each group, shown with the labels of its key. */
export interface ModelGateway {
  readonly url: string;
  /** Applies from now on. */
  fate: Fate;
  /** How often all groups were read. */
  reads: number;
  /** Called before a PUT is accepted. */
  beforePut: () => Promise<void>;
  /** Counters of all groups as /metrics shows them. */
  text(): string;
  /** Like a restart without persistence. */
  forget(): void;
  stop(): Promise<void>;
}

export async function startModelGateway(): Promise<ModelGateway> {
  const groups = new Map<string, string>();
  const text = () => [...groups].map(([path, body]) => withLabels(body, path)).join('');
  const model = { fate: 'taken' as Fate, reads: 0, beforePut: async () => {} };
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (model.fate === 'away') {
      response.writeHead(503).end();
      return;
    }
    if (request.method === 'GET') {
      model.reads += 1;
      response.end(text());
      return;
    }
    await model.beforePut();
    if (model.fate !== 'lost') groups.set(request.url ?? '', gunzipSync(body).toString('utf8'));
    response.writeHead(model.fate === 'taken' ? 200 : 503).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return Object.assign(model, {
    url: `http://127.0.0.1:${address.port}`,
    text,
    forget: () => groups.clear(),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  });
}

/** `/metrics/job/a/instance/b` adds `job="a",instance="b"` to every sample. */
function withLabels(body: string, path: string): string {
  const words = path.split('/').slice(2);
  const labels = words.flatMap((name, at) => (at % 2 === 0 ? [`${name}="${words[at + 1]}"`] : []));
  return body
    .split('\n')
    .map((line) => {
      if (line === '' || line.startsWith('#')) return line;
      const at = line.lastIndexOf(' ');
      const series = line.slice(0, at);
      const own = series.endsWith('}') ? `${series.slice(0, -1)},` : `${series}{`;
      return `${own}${labels.join()}}${line.slice(at)}`;
    })
    .join('\n');
}
