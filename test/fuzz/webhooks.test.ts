import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ServerContext } from '../../src/server/serverContext.ts';
import { receive } from '../../src/server/webhook/receive.ts';
import { senders } from '../../src/server/webhook/senders.ts';
import { testHost } from '../commands/testSession.ts';
import { generic, githubStatus, gitlabDeployment, gitlabPipeline } from '../server/webhookPayloads.ts';
import { patience, runs } from './inProcess.ts';
import { damaged, oddBytes, oddJson, oddText } from './odd.ts';

const nowMs = Date.UTC(2026, 0, 15, 10);
const payloads = [
  githubStatus(nowMs, { id: 1, state: 'success', at: nowMs }),
  gitlabDeployment('running', nowMs),
  gitlabPipeline({ status: 'failed', startedMs: nowMs, endedMs: nowMs + 1000 }),
  generic({ event_id: 'a', at: '2026-01-15T10:00:00Z', status: 'success' }),
].map((one) => JSON.stringify(one));
const body = fc.oneof(
  fc
    .constantFrom(...payloads)
    .chain(damaged)
    .map((text) => Buffer.from(text)),
  fc.constantFrom(...payloads).map((text) => Buffer.from(text)),
  oddJson.map((text) => Buffer.from(text)),
  oddText.map((text) => Buffer.from(`payload=${encodeURIComponent(text.toWellFormed())}&payload=`)),
  oddBytes,
);
/** No HTTP parser lets a line end through. */
const oddHeader = oddText.map((text) => text.replaceAll(/[\r\n\0]/g, ' '));
const headers = fc.record({
  'content-type': fc.constantFrom('application/json', 'application/x-www-form-urlencoded', ''),
  'x-github-event': fc.oneof(fc.constantFrom('deployment_status', 'deployment', 'ping'), oddHeader),
  'x-github-delivery': oddHeader,
  'idempotency-key': oddHeader,
});

test.each(senders)(
  'any delivery of $name gets a status of the documentation and a reason',
  { timeout: patience },
  async (sender) => {
    const { session } = testHost({ now: nowMs }).command('serve');
    const server = { session, log: () => {} } as unknown as ServerContext;
    const secrets = async () => ({ value: 'secret', problem: null }) as never;
    // The proof is another test's: everything after it is what a sender, or a leaked secret, can reach.
    const proven = { ...sender, isProven: () => true };
    await fc.assert(
      fc.asyncProperty(body, headers, async (bytes, some) => {
        const request = { body: bytes, headers: { ...some, [sender.proof]: 'x' } };
        const outcome = await receive(proven, {
          request,
          server,
          secrets,
          windowMs: 600_000,
          environments: [],
        });
        expect([200, 202, 400, 409]).toContain(outcome.status);
        expect(outcome.why ?? '').toMatch(/^[^\r\n]{0,600}$/);
      }),
      { numRuns: runs(100) },
    );
  },
);
