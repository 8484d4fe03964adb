import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { because, notRoot } from '../support/because.ts';
import { type FaultyGateway, startFaultyGateway } from '../support/faultyGateway.ts';
import { type Gateway, startGateway } from '../support/gateway.ts';
import type { Fault } from './fault.ts';
import { runRow } from './runRow.ts';

/** One test per row, against one real gateway. */
export function rowTests(faults: readonly Fault[]): void {
  vi.setConfig({ testTimeout: 120_000 });
  describe.skipIf(notRoot() || because(process.platform !== 'linux', 'not Linux'))('Faults', () => {
    let real: Gateway;
    let gateway: FaultyGateway;
    beforeAll(async () => {
      real = await startGateway();
      gateway = await startFaultyGateway(real);
    });
    afterAll(async () => {
      await gateway.stop();
      await real.stop();
    });
    test.each(faults)('every command keeps its promises: $title', (fault) => runRow(fault, gateway));
  });
}
