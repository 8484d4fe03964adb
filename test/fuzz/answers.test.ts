import type { Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { containerState } from '../../src/collect/docker/containerState.ts';
import { containerUse } from '../../src/collect/docker/containerUse.ts';
import { readLabels } from '../../src/collect/docker/deploymentLabels.ts';
import { engineEvents, engineJson } from '../../src/collect/docker/engine.ts';
import { parseEngineAddress } from '../../src/collect/docker/engineAddress.ts';
import { engineEvent } from '../../src/collect/docker/engineEvent.ts';
import { createProbe } from '../../src/probe/attempt.ts';
import { put, readGroup } from '../../src/push/gateway/pushgateway.ts';
import { fakeContext } from '../support/context.ts';
import { type RawServer, startRawServer } from '../support/rawServer.ts';
import { patience, runs } from './inProcess.ts';
import { damaged, oddBytes, oddJson, oddText } from './odd.ts';

let server: RawServer;
let answer: readonly Buffer[] = [];
beforeAll(async () => {
  server = await startRawServer((socket: Socket) => {
    for (const part of answer) socket.write(part);
    socket.end();
  });
});
afterAll(() => server.stop());

const asHeader = (text: string) => text.replaceAll(/[\r\n\0]/g, ' ');
const metrics = '# HELP a b\n# TYPE a counter\na{job="deploytrack",instance="i"} 1\na_bucket{le="+Inf"} 2\n';
const body = fc.oneof(
  oddBytes,
  oddJson.map((text) => Buffer.from(text)),
  damaged(metrics).map((text) => Buffer.from(text)),
  damaged(metrics).map((text) => gzipSync(text)),
  damaged('{"version":"1.2.3","status":{"deep":[1,2]}}').map((text) => Buffer.from(text)),
);
const headerNames = [
  'Content-Type',
  'Content-Encoding',
  'Transfer-Encoding',
  'Content-Length',
  'Location',
  'X-Odd',
];
const header = fc
  .tuple(
    fc.constantFrom(...headerNames),
    fc.oneof(oddText, fc.constantFrom('gzip', 'br', 'chunked', '5', 'text/html')),
  )
  .map(([name, value]) => `${name}: ${asHeader(value)}\r\n`);
const status = fc.oneof(
  fc.constantFrom(
    '200 OK',
    '204 No Content',
    '301 Moved',
    '400 Bad Request',
    '503 x',
    '100 Continue',
    '999 ?',
    '-1',
  ),
  oddText.map(asHeader),
);
const response = fc.oneof(
  fc
    .tuple(status, fc.array(header, { maxLength: 4 }), body)
    .map(([line, headers, bytes]) => [
      Buffer.from(`HTTP/1.1 ${line}\r\n${headers.join('')}\r\n`, 'latin1'),
      bytes,
    ]),
  fc.array(oddBytes, { maxLength: 3 }),
);
/** Answers end at once: a longer wait would be one that does not see the end. */
const timeoutMs = 5000;
const context = fakeContext();
const oneLine = /^[^\r\n]*$/;

test('any response of an endpoint is a verdict in one line', { timeout: patience }, async () => {
  const probe = createProbe(context, {
    kind: 'http',
    url: `${server.url}/health`,
    expectVersion: '1.2.3',
    versionPointer: '/version',
    expectStatus: 200,
    headers: [],
    caPem: null,
    insecure: false,
  } as unknown as Parameters<typeof createProbe>[1]);
  await fc.assert(
    fc.asyncProperty(response, async (parts) => {
      answer = parts;
      const { words, verdict } = await probe(timeoutMs);
      expect(words).toMatch(oneLine);
      expect(verdict).not.toBe('timeout');
    }),
    { numRuns: runs(150) },
  );
});

test('any response of a gateway is a delivery or a failure in one line', { timeout: patience }, async () => {
  const gateway = {
    url: server.url,
    context,
    credentials: { headers: {}, caPem: null },
  } as unknown as Parameters<typeof put>[0];
  const key = { instance: 'i', deployment: 'app', environment: 'production' } as Parameters<
    typeof put
  >[1]['key'];
  await fc.assert(
    fc.asyncProperty(response, async (parts) => {
      answer = parts;
      const pushed = await put(gateway, { key, timeoutMs, text: metrics });
      expect(['delivered', 'refused', 'failed']).toContain(pushed.outcome);
      const read = await readGroup(gateway, { key, timeoutMs });
      expect(['read', 'failed']).toContain(read.outcome);
      for (const one of [pushed, read]) {
        if (!('line' in one)) continue;
        expect(one.line).toMatch(oneLine);
        expect(one.line).not.toMatch(/within 5000 ms/);
      }
    }),
    { numRuns: runs(120) },
  );
});

test('any response of a Docker engine is data or an error in one line', { timeout: patience }, async () => {
  const engine = { context, address: parseEngineAddress(server.url.replace('http:', 'tcp:')) };
  const signal = new AbortController().signal;
  const known = (error: unknown) => {
    expect(error).toMatchObject({ name: 'DeploytrackError', message: expect.stringMatching(oneLine) });
  };
  await fc.assert(
    fc.asyncProperty(response, async (parts) => {
      answer = parts;
      const asked = { path: '/containers/json', timeoutMs, signal };
      const found = await engineJson(engine, asked).catch(known);
      containerState(found, 0);
      containerUse('a', found);
      try {
        for await (const said of engineEvents(engine, asked)) engineEvent(said);
      } catch (error) {
        known(error);
      }
    }),
    { numRuns: runs(80) },
  );
});

test('any inspection, statistics, event and labels of a container are read without an error', () => {
  const fields = [
    'Id',
    'Name',
    'Config',
    'State',
    'Labels',
    'Health',
    'Log',
    'StartedAt',
    'FinishedAt',
    'ExitCode',
    'Actor',
    'timeNano',
  ];
  const value: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
    value: fc.oneof({ maxDepth: 4 }, oddText, fc.jsonValue({ maxDepth: 1 }), tie('object')),
    object: fc.dictionary(fc.constantFrom(...fields), tie('value'), { maxKeys: 5 }),
  })).object;
  fc.assert(
    fc.property(value, fc.dictionary(oddText, oddText), (said, labels) => {
      containerState(said, 0);
      containerUse('a', said);
      engineEvent(said);
      readLabels(labels, 0);
      return true;
    }),
    { numRuns: runs(300) },
  );
  expect(readLabels({}, 0)).toBeNull();
});
