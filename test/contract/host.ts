import { rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

export interface HostOptions {
  readonly gatewayUrl?: string;
  /** A ledger that several accounts share; by default one of its own. */
  readonly ledger?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * A host that deploys `app` with the real program; the test removes it. Its gateway timeout is 20 s, so that
 * results do not depend on how busy this machine is.
 */
export function newHost({ gatewayUrl, ledger, env }: HostOptions = {}): Program {
  const host = newProgram({
    ...(ledger === undefined ? {} : { ledger }),
    env: {
      DEPLOYTRACK_INSTANCE: 'host-a',
      DEPLOYTRACK_DEPLOYMENT: 'app',
      DEPLOYTRACK_VERSION: '1.0.0',
      DEPLOYTRACK_GATEWAY_TIMEOUT: '20s',
      ...(gatewayUrl === undefined ? {} : { PUSHGATEWAY_URL: gatewayUrl }),
      ...env,
    },
  });
  onTestFinished(() => rmSync(host.folder, { recursive: true, force: true }));
  return host;
}

/** A complete deployment with one phase, without any warning; returns its ID. */
export async function deploy(host: Program, { status = 'success' } = {}): Promise<string> {
  const id = await host.quiet(['start']);
  await host.quiet(['extract', '--id', id, '--', 'true']);
  await host.quiet(['finish', '--id', id, '--status', status]);
  return id;
}

/** Labels of the host's own group. */
export const group = { job: 'deploytrack', instance: 'host-a', deployment: 'app', environment: 'production' };
export const groupPath = '/metrics/job/deploytrack/instance/host-a/deployment/app/environment/production';
