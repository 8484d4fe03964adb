import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wrongName } from '../../src/collect/webhook/deploymentEvent.ts';
import { readGeneric } from '../../src/collect/webhook/generic.ts';
import { readGithub } from '../../src/collect/webhook/github.ts';
import { readGitlab } from '../../src/collect/webhook/gitlab.ts';
import { ingestEvent } from '../../src/collect/webhook/ingestEvent.ts';
import type { Json } from '../../src/collect/webhook/json.ts';
import { transaction } from '../../src/ledger/file/transaction.ts';
import { ledgerWorld } from '../ledger/ledgerWorld.ts';
import { generic, githubStatus, gitlabDeployment, gitlabPipeline } from '../server/webhookPayloads.ts';

const nowMs = Date.UTC(2026, 0, 15, 10);
const bodies = {
  github: githubStatus(nowMs, { id: 1, state: 'in_progress', at: nowMs }),
  deployment: gitlabDeployment('running', nowMs),
  pipeline: gitlabPipeline({ status: 'failed', startedMs: nowMs, endedMs: nowMs + 1000 }),
  generic: generic({ event_id: 'a', at: '2026-01-15T10:00:00Z', status: 'success' }),
};
const readers = {
  github: (body: Json) => readGithub(body, 'deployment_status'),
  deployment: readGitlab,
  pipeline: readGitlab,
  generic: readGeneric,
};

/** Every path in a body that holds a value. */
function placesIn(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, inner]) => placesIn(inner, [...path, key]))];
}

function changed(body: object, { path, value }: { path: readonly string[]; value: unknown }): Json {
  const [key, ...rest] = path;
  if (key === undefined) return (typeof value === 'object' && value !== null ? value : {}) as Json;
  const copy = (Array.isArray(body) ? [...body] : { ...body }) as Record<string, unknown>;
  copy[key] = rest.length === 0 ? value : changed(copy[key] as object, { path: rest, value });
  return copy;
}

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    [],
    {},
    -1,
    1e30,
    Number.NaN,
    '\ud800',
    'a\u0000b',
    'x'.repeat(2000),
    '1e9',
  ),
  fc.constantFrom(
    '0000-00-00T00:00:00Z',
    '2026-01-15T10:00:00',
    '9999-12-31T23:59:59Z',
    'toString',
    '__proto__',
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const cases = (Object.keys(bodies) as (keyof typeof bodies)[]).flatMap((kind) =>
  placesIn(bodies[kind]).map((path) => ({ kind, path })),
);

test('a webhook body with any odd value gives events, is ignored, or is rejected with a reason, and each event has a row', () => {
  const world = ledgerWorld();
  const outcomes = new Set<string>();
  fc.assert(
    fc.property(fc.constantFrom(...cases), odd, ({ kind, path }, value) => {
      const read = readers[kind](changed(bodies[kind], { path, value }));
      outcomes.add(Object.keys(read)[0] ?? '');
      for (const event of 'events' in read ? read.events : []) {
        if (wrongName(event) !== null) continue;
        world.database.exec(
          'DELETE FROM deployment_metrics; DELETE FROM collected_events; DELETE FROM marks_kept',
        );
        const { context, database } = world;
        transaction(database, { mode: 'write' }, () =>
          ingestEvent(context, { database, event, instance: null }),
        );
        const found = world.deployment(event.deploymentId);
        expect([found.version, found.environment]).toEqual([
          event.subject.version,
          event.subject.environment,
        ]);
      }
    }),
    { numRuns: 400 },
  );
  expect([...outcomes].sort()).toEqual(['events', 'ignored', 'wrong']);
});
