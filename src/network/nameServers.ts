import type { promises } from 'node:dns';

type Resolver = InstanceType<typeof promises.Resolver>;

/**
 * The response of name servers for a host. `unknown`: there is no such name; `failed`: none of them responded properly.
 */
export type DnsResponse =
  | { readonly outcome: 'found'; readonly addresses: readonly string[] }
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'failed' };

export interface Question {
  /** Queried one after the other, until one is found. */
  readonly names: readonly string[];
  /** `address` or `address:port`; those of the system by default. */
  readonly servers?: readonly string[];
  /** After this much silence the next server is queried too. */
  readonly patienceMs: number;
  /** Ends the query: `failed`. */
  readonly signal: AbortSignal;
}

/**
 * Queries name servers over the network, in the event loop: a thread that asks the system's resolver cannot be
 * canceled, and the end of the process waits for it. Never rejects.
 */
export async function queryNameServers(question: Question): Promise<DnsResponse> {
  const { Resolver } = (require('node:dns') as typeof import('node:dns')).promises;
  let servers = question.servers ?? new Resolver().getServers();
  let answer: DnsResponse = { outcome: 'unknown' };
  for (const name of question.names) {
    const { said, server } = await askServers({ ...question, name, servers, newResolver });
    if (said.outcome === 'found' || question.signal.aborted) return said;
    if (said.outcome === 'failed') answer = said;
    // The server that responds is queried first from now on.
    if (server !== null) servers = [server, ...servers.filter((other) => other !== server)];
  }
  return answer;

  function newResolver(server: string): Resolver {
    const resolver = new Resolver({ timeout: 250, tries: 8 });
    resolver.setServers([server]);
    return resolver;
  }
}

interface OneName extends Question {
  readonly name: string;
  readonly servers: readonly string[];
  readonly newResolver: (server: string) => Resolver;
}

/** The first valid response, and its server. */
function askServers({ name, servers, newResolver, patienceMs, signal }: OneName) {
  return new Promise<{ said: DnsResponse; server: string | null }>((resolve) => {
    const asked: Resolver[] = [];
    let answered = 0;
    let timer: NodeJS.Timeout | undefined;
    const settle = (said: DnsResponse, server: string | null) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      for (const resolver of asked) resolver.cancel();
      resolve({ said, server });
    };
    const end = () => settle({ outcome: 'failed' }, null);
    const askNext = () => {
      clearTimeout(timer);
      const server = servers[asked.length];
      if (server === undefined) return;
      const resolver = newResolver(server);
      asked.push(resolver);
      timer = setTimeout(askNext, patienceMs);
      void askOne(resolver, name).then((said) => {
        answered += 1;
        if (said.outcome !== 'failed') settle(said, server);
        else if (answered === servers.length) end();
        else askNext();
      });
    };
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted || servers.length === 0) end();
    else askNext();
  });
}

/** If one kind of address is there, the other is waited for no longer than this: some servers never respond for it. */
const otherKindMs = 50;

/** Both kinds of address from one server. */
async function askOne(resolver: Resolver, name: string): Promise<DnsResponse> {
  const kinds = [addresses(resolver.resolve6(name)), addresses(resolver.resolve4(name))] as const;
  const first = await Promise.race(kinds);
  // A name that does not exist has no address of any kind.
  if (first.code === 'ENOTFOUND') return { outcome: 'unknown' };
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Found[]>((resolve) => {
    if (first.addresses.length > 0) timer = setTimeout(resolve, otherKindMs, [first]);
  });
  const found = await Promise.race([Promise.all(kinds), late]);
  clearTimeout(timer);
  const all = found.flatMap((kind) => kind.addresses);
  if (all.length > 0) return { outcome: 'found', addresses: all };
  return { outcome: found.every(({ code }) => isVerdict.has(code)) ? 'unknown' : 'failed' };
}

interface Found {
  readonly addresses: readonly string[];
  /** Why there are none. */
  readonly code: string;
}

/** Not "no response", but "there is none". */
const isVerdict: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

function addresses(asked: Promise<string[]>): Promise<Found> {
  return asked.then(
    (found) => ({ addresses: found, code: found.length === 0 ? 'ENODATA' : '' }),
    (error: NodeJS.ErrnoException) => ({ addresses: [], code: error.code ?? '' }),
  );
}
