import { afterEach, describe, expect, test } from 'vitest';
import { type Question, queryNameServers } from '../../src/network/nameServers.ts';
import { type Answering, type FakeNameServer, startNameServer } from './fakeNameServer.ts';

const running: FakeNameServer[] = [];
afterEach(() => Promise.all(running.splice(0).map((server) => server.stop())));

async function server(answering: Answering): Promise<FakeNameServer> {
  const started = await startNameServer(answering);
  running.push(started);
  return started;
}

const never = new AbortController().signal;

function ask(servers: readonly FakeNameServer[], question: Partial<Question> = {}) {
  return queryNameServers({
    names: ['web.example'],
    servers: servers.map(({ address }) => address),
    patienceMs: 50,
    signal: never,
    ...question,
  });
}

const has =
  (address: string): Answering =>
  (_, kind) =>
    (kind === 'AAAA') === address.includes(':') ? [address] : [];
const silent: Answering = () => 'silent';

describe('Name look-up', () => {
  test('a name has the addresses of both families', async () => {
    const both = await server((_, kind) => (kind === 'A' ? ['10.0.0.1', '10.0.0.2'] : ['::7']));
    expect(await ask([both])).toEqual({ outcome: 'found', addresses: ['::7', '10.0.0.1', '10.0.0.2'] });
  });

  test('a name that no server knows is unknown, even if the query for one family gets no response', async () => {
    const knowing = await server((_, kind) => (kind === 'A' ? 'unknown' : 'silent'));
    expect(await ask([knowing])).toEqual({ outcome: 'unknown' });
  });

  test('a name without an address of any family is unknown', async () => {
    expect(await ask([await server(() => [])])).toEqual({ outcome: 'unknown' });
  });

  test('a name is found even if the query for the other address family gets no response', async () => {
    const half = await server((_, kind) => (kind === 'A' ? ['10.0.0.1'] : 'silent'));
    expect(await ask([half])).toEqual({ outcome: 'found', addresses: ['10.0.0.1'] });
  });

  test('names of a search list are looked up one after the other, from the server that responds first', async () => {
    const dead = await server(silent);
    const living = await server((name) => (name === 'web' ? ['10.0.0.9'] : 'unknown'));
    const names = ['web.a.example', 'web.b.example', 'web'];
    expect(await ask([dead, living], { names })).toMatchObject({ outcome: 'found', addresses: ['10.0.0.9'] });
    expect([...new Set(living.asked)]).toEqual(names);
    // Only for the first name: from then on the responding server is used.
    expect([...new Set(dead.asked)]).toEqual(['web.a.example']);
  });
});

describe('Name servers', () => {
  test('a silent name server does not delay the look-up if another responds', async () => {
    const found = await ask([await server(silent), await server(has('10.0.0.1'))]);
    expect(found).toEqual({ outcome: 'found', addresses: ['10.0.0.1'] });
  });

  test('a failing name server is skipped for the next one immediately', async () => {
    const found = await ask([await server(() => 'ill'), await server(has('::9'))], { patienceMs: 60_000 });
    expect(found).toEqual({ outcome: 'found', addresses: ['::9'] });
  });

  test('the look-up fails if all name servers fail, without calling the name unknown', async () => {
    expect(await ask([await server(() => 'ill'), await server(() => 'ill')])).toEqual({ outcome: 'failed' });
  });

  test('the look-up fails if no name server can be reached, without calling the name unknown', async () => {
    const gone = await startNameServer(silent);
    await gone.stop();
    expect(await ask([gone])).toEqual({ outcome: 'failed' });
    expect(await ask([])).toEqual({ outcome: 'failed' });
  });

  test('a look-up at a silent name server can be aborted at any time', async () => {
    const dead = await server(silent);
    const ending = new AbortController();
    const asked = ask([dead, dead], { names: ['a', 'b', 'c'], signal: ending.signal });
    ending.abort();
    expect(await asked).toEqual({ outcome: 'failed' });
    expect(await ask([dead], { signal: ending.signal })).toEqual({ outcome: 'failed' });
  });
});
