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

describe('a name', () => {
  test('has the addresses of both kinds', async () => {
    const both = await server((_, kind) => (kind === 'A' ? ['10.0.0.1', '10.0.0.2'] : ['::7']));
    expect(await ask([both])).toEqual({ outcome: 'found', addresses: ['::7', '10.0.0.1', '10.0.0.2'] });
  });

  test('that no server knows is unknown, also where the question for one kind is never answered', async () => {
    const knowing = await server((_, kind) => (kind === 'A' ? 'unknown' : 'silent'));
    expect(await ask([knowing])).toEqual({ outcome: 'unknown' });
  });

  test('without an address of any kind is unknown', async () => {
    expect(await ask([await server(() => [])])).toEqual({ outcome: 'unknown' });
  });

  test('is found where the question for the other kind of address is never answered', async () => {
    const half = await server((_, kind) => (kind === 'A' ? ['10.0.0.1'] : 'silent'));
    expect(await ask([half])).toEqual({ outcome: 'found', addresses: ['10.0.0.1'] });
  });

  test('is asked for under one name after the other, of the server that answers first', async () => {
    const dead = await server(silent);
    const living = await server((name) => (name === 'web' ? ['10.0.0.9'] : 'unknown'));
    const names = ['web.a.example', 'web.b.example', 'web'];
    expect(await ask([dead, living], { names })).toMatchObject({ outcome: 'found', addresses: ['10.0.0.9'] });
    expect([...new Set(living.asked)]).toEqual(names);
    // Asked for the first name alone: from then on the one that answers is.
    expect([...new Set(dead.asked)]).toEqual(['web.a.example']);
  });
});

describe('a name server', () => {
  test('that is silent is not waited for alone', async () => {
    const found = await ask([await server(silent), await server(has('10.0.0.1'))]);
    expect(found).toEqual({ outcome: 'found', addresses: ['10.0.0.1'] });
  });

  test('that is ill is left for the next one at once', async () => {
    const found = await ask([await server(() => 'ill'), await server(has('::9'))], { patienceMs: 60_000 });
    expect(found).toEqual({ outcome: 'found', addresses: ['::9'] });
  });

  test('that is ill like all the others has said nothing of the name', async () => {
    expect(await ask([await server(() => 'ill'), await server(() => 'ill')])).toEqual({ outcome: 'failed' });
  });

  test('that is not there has said nothing of the name', async () => {
    const gone = await startNameServer(silent);
    await gone.stop();
    expect(await ask([gone])).toEqual({ outcome: 'failed' });
    expect(await ask([])).toEqual({ outcome: 'failed' });
  });

  test('that is silent is called back at any moment', async () => {
    const dead = await server(silent);
    const ending = new AbortController();
    const asked = ask([dead, dead], { names: ['a', 'b', 'c'], signal: ending.signal });
    ending.abort();
    expect(await asked).toEqual({ outcome: 'failed' });
    expect(await ask([dead], { signal: ending.signal })).toEqual({ outcome: 'failed' });
  });
});
