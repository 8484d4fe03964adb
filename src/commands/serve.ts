import { defineCommand } from '../cli/define/command.ts';
import { age, file, flag, list, maybe, text } from '../cli/define/kinds.ts';
import { staleAfter } from '../cli/define/pushOptions.ts';
import { ofPushing } from '../cli/define/settingLists.ts';
import { usageError } from '../errors.ts';
import { reportWarnings } from '../report/messages/warnings.ts';
import { readListenerConfig } from '../server/auth/readListenerConfig.ts';
import { LedgerReader } from '../server/ledgerReader.ts';
import { writeLog } from '../server/log.ts';
import { runServer } from '../server/runServer.ts';
import type { ServeInput } from '../server/serveInput.ts';
import type { ServerContext } from '../server/serverContext.ts';
import { missingSecrets } from '../server/webhook/secret.ts';
import { senders } from '../server/webhook/senders.ts';
import { endCommand, openSession } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `serve`: the HTTP server, until SIGTERM or SIGINT; then exit 0. The ledger is created or migrated first; with
 * `--sample` a temporary one with sample data is used.
 */
export const command = defineCommand({
  name: 'serve',
  after: 'push',
  summary: 'start the HTTP server (metrics, health API, web UI)',
  group: 'set up',
  examples: ['deploytrack serve', 'deploytrack serve --sample'],
  options: {
    listen: text({
      value: 'address',
      default: '127.0.0.1:9102',
      help: 'host:port, [::1]:port or :port for all',
    }),
    tlsCert: file({ help: 'serve HTTPS with this certificate and its chain, as PEM' }),
    tlsKey: file({ help: 'its private key, as PEM' }),
    insecure: flag({ help: 'listen beyond loopback without authentication' }),
    allowedHost: list(
      text({
        value: 'name',
        help: 'host name that a proxy passes on; without authentication only localhost is accepted otherwise',
      }),
    ),
    sample: flag({ help: 'show a month of sample data; your ledger is not read' }),
    docker: maybe({
      value: 'address',
      help: 'record labeled containers (default DOCKER_HOST, otherwise the local socket)',
    }),
    staleAfter,
    webhookWindow: age({ default: '3d', help: 'reject webhook events that are older' }),
    webhookEnvironment: list(
      text({
        value: 'name',
        help: 'accept deployments to this environment only',
        otherwise: 'all but transient ones',
      }),
    ),
  },
  settings: ['deployment', 'environment', 'instance', ...ofPushing],
  exits: { '0': 'stopped by SIGTERM or SIGINT', '1': 'cannot listen, or the ledger cannot be read' },
  policy: { onWrongSetting: 'usage-error', migrates: true, staysOpen: true },
  run: async (session: Session, input) => {
    if (!input.sample) return serveLedger(session, { input, isSample: false });
    const { context, settings } = session;
    const other = input.docker !== null ? 'docker' : settings.given('ledger') !== null ? 'ledger' : null;
    if (other !== null)
      throw usageError(`serve: --sample and --${other} cannot be used together`, 'omit one of them');
    const { makeSampleLedger } = await import('../sample/sampleLedger.ts');
    const sample = makeSampleLedger(context);
    try {
      const options = { ...settings.options, ledger: sample.path };
      const own = openSession(context, { command: session.command, options });
      return await serveLedger(own, { input, isSample: true });
    } finally {
      sample.remove();
    }
  },
});

async function serveLedger(
  session: Session,
  { input, isSample }: { input: ServeInput; isSample: boolean },
): Promise<number> {
  const { context, settings, store, warnings } = session;
  const listener = await readListenerConfig(context, input);
  const webhooks = isSample ? [] : senders.map(({ secretName }) => secretName);
  const missing = await missingSecrets(context, webhooks);
  reportWarnings(context, { warnings, target: settings.value('warnings') });
  for (const problem of missing)
    writeLog(context, { level: 'warning', message: `${problem}; its webhooks are rejected` });
  const kept = warnings.length;
  await makeLedger(session);
  const reader = new LedgerReader(session);
  await reader.database();
  const server: ServerContext = {
    session,
    database: () => reader.database(),
    site: { deployment: settings.text('deployment'), environment: settings.text('environment') },
    isSample,
    log: (entry) => writeLog(context, entry),
  };
  await runServer(server, { listener, input });
  reader.close();
  store.close();
  return endCommand(session, { code: 0, kept });
}

/** An account with read access only can serve the ledger too. */
async function makeLedger({ store }: Session): Promise<void> {
  try {
    await store.database();
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? '';
    if (!/^SQLITE_(READONLY|CANTOPEN)/.test(cause)) throw error; // the reader reports other problems
  }
}
