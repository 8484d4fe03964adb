import { createServer } from 'node:http';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { newProgram } from '../support/program.ts';
import { serve } from '../support/serve.ts';

const id = 'c0ffee'.padEnd(64, '0');

/** An engine that returns no past events if `until` is given, as podman does within the current second. */
async function forgetfulEngine(
  socket: string,
  event: () => object | null,
  { listed = '[]' } = {},
): Promise<string[]> {
  const asked: string[] = [];
  const engine = createServer((request, response) => {
    const url = request.url ?? '';
    asked.push(url);
    if (/\/events\?.*until=/.test(url)) return void response.writeHead(200).end();
    if (/\/events\?/.test(url)) {
      const said = event();
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write(said === null ? '\n' : `${JSON.stringify(said)}\n`);
      return;
    }
    if (/\/containers\/json/.test(url)) return void response.end(listed);
    if (/\/stats\?/.test(url)) return; // never responds
    if (/\/info/.test(url)) return void response.end('{"Name":"engine"}');
    response.writeHead(404).end('{}');
  });
  await new Promise<void>((resolve) => engine.listen(socket, resolve));
  onTestFinished(() => {
    engine.closeAllConnections();
    engine.close();
  });
  return asked;
}

test('a container event that the engine leaves out of the past is still collected', {
  timeout: 30_000,
}, async () => {
  const program = newProgram();
  const socket = join(program.folder, 'engine.sock');
  let happened: object | null = null;
  const asked = await forgetfulEngine(socket, () => happened);
  const args = ['--docker', `unix://${socket}`];
  const first = await serve({ program, args });
  await eventually(() => asked.find((url) => /\/events\?since=\d+$/.test(url)), {
    what: 'the stream of events',
  });
  await first.stop();
  // The container starts and ends while the server is stopped.
  const labels = { 'deployment.name': 'gone', 'deployment.version': '2.0.0', 'deployment.status': 'success' };
  const Actor = { ID: id, Attributes: { name: 'gone-1', image: 'app:1', ...labels } };
  happened = { Type: 'container', Action: 'start', Actor, time: Math.floor(Date.now() / 1000) };
  const { time } = happened as { time: number };
  await eventually(() => (Date.now() / 1000 >= time + 2 ? true : undefined), { what: 'a later second' });
  const second = await serve({ program, args });
  const rows = await eventually(() => {
    const found = program.rows('SELECT version, deployment_status AS status FROM deployment_metrics');
    return found.length > 0 ? found : undefined;
  });
  expect(rows).toEqual([{ version: '2.0.0', status: 'success' }]);
  const times = asked
    .map((url) => /\/events\?since=(\d+)(&until)?/.exec(url)?.[1])
    .filter((time) => time !== undefined);
  // Past and live events are requested from the same moment, that of the first look.
  expect(new Set(times).size).toBe(1);
  await second.stop();
});

test('a server that is stopped during its first look continues from there and misses no event', {
  timeout: 30_000,
}, async () => {
  const program = newProgram();
  const socket = join(program.folder, 'engine.sock');
  const running = { Id: id, State: 'running', Labels: { 'deployment.name': 'app' } };
  const asked = await forgetfulEngine(socket, () => null, { listed: JSON.stringify([running]) });
  const args = ['--docker', `unix://${socket}`];
  const first = await serve({ program, args });
  await eventually(() => asked.find((url) => url.includes('/stats?')), { what: 'a look that takes long' });
  await first.stop();
  expect(asked.filter((url) => url.includes('/events?'))).toEqual([]);
  const second = await serve({ program, args });
  const past = () => asked.find((url) => /\/events\?since=\d+&until=/.test(url));
  await eventually(past, { what: 'a question for what happened meanwhile' });
  await second.stop();
});
