import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { engineEvents } from '../../src/collect/docker/engine.ts';
import { parseEngineAddress } from '../../src/collect/docker/engineAddress.ts';
import { readCsv } from '../../src/collect/legacy/csvRows.ts';
import { readJsonLines } from '../../src/collect/legacy/jsonRows.ts';
import { parseLine } from '../../src/metrics/parseLine.ts';
import { fakeContext } from '../support/context.ts';
import { type RawServer, startRawServer } from '../support/rawServer.ts';
import { fuzzFolder } from './inProcess.ts';

let server: RawServer;
let body = '';
beforeAll(async () => {
  server = await startRawServer((socket) => {
    socket.end(`HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${body}`);
  });
});
afterAll(() => server.stop());

/**
 * Eight times the input: a square would take 64 times as long. Computing time, because other processes are at work too,
 * of an input that is long enough to be measured. The median, because V8 sometimes parses a text in a tenth of its time;
 * and the least of some ratios, because it may do so for a while.
 */
async function expectLinear(work: (times: number) => unknown, least: number): Promise<void> {
  let times = least;
  while ((await medianMs(() => work(times))) < measurableMs) times *= 2;
  let ratio = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < 4 && ratio >= mostRatio; tries += 1) {
    const once = await medianMs(() => work(times));
    ratio = Math.min(ratio, (await medianMs(() => work(times * 8))) / once);
  }
  expect(ratio).toBeLessThan(mostRatio);
}

/** With more, a fast machine needs longer texts than a string can be. */
const measurableMs = 5;
const mostRatio = 32;

async function medianMs(work: () => unknown): Promise<number> {
  const taken: number[] = [];
  for (let run = 0; run < 5; run += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    taken.push((user + system) / 1000);
  }
  return taken.sort((one, other) => one - other)[2] as number;
}

test('an event of a Docker engine takes time in proportion to its length', async () => {
  const engine = { context: fakeContext(), address: parseEngineAddress(server.url.replace('http:', 'tcp:')) };
  const asked = { path: '/events', timeoutMs: null, signal: new AbortController().signal };
  await expectLinear(async (times) => {
    body = 'x'.repeat(times);
    for await (const event of engineEvents(engine, asked)) expect(event).toBeNull();
  }, 2_000_000);
});

test.each<[string, (times: number) => unknown]>([
  ['CSV with quotes', (times) => readCsv(`deployed_at,version\n${'"a""b",c\n'.repeat(times)}`)],
  ['CSV with an open quote', (times) => readCsv(`deployed_at,version\n"${'a,"'.repeat(times)}`)],
  ['JSON lines', (times) => readJsonLines('{"deployed_at":"a","version":"1"}\n'.repeat(times))],
  ['text without a line end', (times) => readJsonLines('{"deployment_id":'.repeat(times))],
])('%s takes time in proportion to its length', async (_, work) => {
  await expectLinear(work, 4000);
});

test.each([
  ['many samples', (times: number) => 'a_total{job="x",b="c"} 1\n'.repeat(times)],
  ['a label of many escapes', (times: number) => `a{b="${'\\\\'.repeat(times)}"} 1\n`],
  ['many labels', (times: number) => `a{${'b="c",'.repeat(times)}} 1\n`],
  ['many spaces', (times: number) => `a ${' '.repeat(times)}x\n`],
])('a metrics text with %s takes time in proportion to its length', async (_, text) => {
  await expectLinear((times) => {
    for (const line of text(times).split('\n')) parseLine(line);
  }, 3000);
});

test.each([
  ['lines that are not marks', (times: number) => 'no mark\n'.repeat(times)],
  ['one line without an end', (times: number) => '{"kind":"'.repeat(times)],
  ['nested brackets', (times: number) => `${'['.repeat(times)}\n`],
])('a journal of %s takes time in proportion to its length', async (_, text) => {
  const { ledger, run, folder } = fuzzFolder();
  await run(['init', '--deployment', 'app']);
  let file = 0;
  await expectLinear(async (times) => {
    file += 1;
    writeFileSync(join(folder, `log-${file}`), text(times));
    await run(['import', join(folder, `log-${file}`)]);
  }, 1000);
  expect(ledger).not.toBe('');
});

test.each([
  ['anchors', (times: number) => `a: &a x\n${'b: *a\n'.repeat(times)}`],
  ['keys', (times: number) => Array.from({ length: times }, (_, at) => `k${at}: v\n`).join('')],
  ['brackets', (times: number) => `a: ${'['.repeat(times)}\n`],
])('a settings file of many %s takes time in proportion to its length', async (_, text) => {
  const { folder, run } = fuzzFolder();
  await expectLinear(async (times) => {
    writeFileSync(join(folder, 'deploytrack.yaml'), text(times));
    await run(['history']);
  }, 100);
});
