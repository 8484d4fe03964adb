import { connectionPatienceMs, lookupWithin } from '../network/lookup.ts';
import type { Transport } from './exchange.ts';
import { failureFinding, firstStage, type Stage, timeoutFinding } from './failure.ts';
import { finding } from './finding.ts';

/** Healthy if a connection is accepted. */
export async function tcpTransport(): Promise<Transport> {
  const { connect } = await import('node:net');
  return (target, context) => (settle, timeoutMs) => {
    const url = new URL(target.url);
    const at: { stage: Stage; place: string } = { stage: firstStage(url), place: url.host };
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const socket = connect({
      host,
      port: Number(url.port),
      lookup: lookupWithin(context, timeoutMs),
      autoSelectFamilyAttemptTimeout: connectionPatienceMs(timeoutMs),
    });
    socket.on('lookup', () => {
      at.stage = 'connect';
    });
    socket.on('connect', () => {
      settle(finding('healthy', `${at.place} accepted the connection`));
      socket.destroy();
    });
    socket.on('error', (error) => settle(failureFinding(error, at)));
    return {
      late: (timeoutMs) => timeoutFinding(timeoutMs, { ...at, bodyBytes: 0 }),
      cancel: () => socket.destroy(),
    };
  };
}
