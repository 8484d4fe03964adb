import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { endingTests, everyCode } from '../child/endings.ts';
import type { Front } from '../child/front.ts';
import { interruptTests } from '../child/interrupts.ts';
import { streamTests } from '../child/streams.ts';
import { type GatewayFault, startFaultyGateway } from '../support/faultyGateway.ts';
import { startGateway } from '../support/gateway.ts';
import { newProgram } from '../support/program.ts';
import { forgetBackOff } from './backOff.ts';

/**
 * Everything that a wrapped command and its caller can notice, with this command line in front of a gateway
 * with this fault.
 */
export async function asWithoutUsTests(
  fault: GatewayFault,
  words: readonly string[] = ['phase', 'run', 'x'],
): Promise<void> {
  vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });
  const gateway = await startGateway();
  const front = await startFaultyGateway(gateway);
  // Warnings would appear in the command's own stderr and in its terminal.
  const program = newProgram({ env: { PUSHGATEWAY_URL: front.url, DEPLOYTRACK_WARNINGS: 'off' } });
  const id = await program.quiet(['start', '--deployment', 'app', '--version', '1']);
  await program.quiet(['phase', 'run', '--id', id, 'known', '--', 'true']);
  await front.become(fault);
  const env = { ...program.env, DEPLOYTRACK_ID: id };
  const wrapping: Front = { words: [...program.words, ...words, '--'], env };

  // The first run of each test contacts the gateway again, whatever the result of the run before it.
  beforeEach(() => forgetBackOff(program.ledger));
  afterAll(async () => {
    await front.stop();
    await gateway.stop();
  });

  // A gateway that works, once: the other faults change how long a run takes, not what its code is.
  endingTests(wrapping, fault === 'none' && words[0] === 'phase' ? everyCode : undefined);
  streamTests(wrapping);
  // Terminals take seconds each: with the gateway that keeps a run waiting longest, and with one that works.
  if (fault === 'none' || fault === 'hanging') interruptTests(wrapping);

  test('the gateway is contacted once per run, and every run has a row with its end', async () => {
    const before = front.requests.length;
    const beganMs = performance.now();
    const ends = ['exit 0', 'exit 7', 'exit 255', 'kill -TERM $$', 'no-such-command-here'];
    for (const [run, command] of ends.entries()) {
      await program.run(['phase', 'run', '--id', id, `end_${run}`, '--', 'sh', '-c', command]);
    }
    const asked = front.requests.length - before;
    if (fault === 'none') expect(asked).toBe(ends.length);
    else if (fault === 'refusing') expect(asked).toBe(0);
    // The back-off of 5 s spares the other runs, as far as they are not slower than that.
    else expect(asked).toBeLessThanOrEqual(1 + Math.floor((performance.now() - beganMs) / 5000));
    const rows = program.rows(
      "SELECT exit_code, signal FROM deployment_stages WHERE stage LIKE 'end_%' ORDER BY stage",
    );
    expect(rows.map((row) => row.signal ?? row.exit_code)).toEqual([0, 7, 255, 'SIGTERM', 127]);
  });
}
