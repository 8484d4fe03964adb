import { defineCommand } from '../cli/define/command.ts';
import { age, file, flag, freeText, integer, list, maybe, text } from '../cli/define/kinds.ts';
import { staleAfter } from '../cli/define/pushOptions.ts';
import { ofPushing } from '../cli/define/settingLists.ts';
import { usageError } from '../errors.ts';
import type { ServedStore } from '../fleet/serve/servedStore.ts';
import { reportWarnings } from '../report/messages/warnings.ts';
import { readListenerConfig } from '../server/auth/readListenerConfig.ts';
import { LedgerReader } from '../server/ledgerReader.ts';
import { writeLog } from '../server/log.ts';
import { runServer } from '../server/runServer.ts';
import type { ServeInput } from '../server/serveInput.ts';
import type { LogEntry, ServerContext } from '../server/serverContext.ts';
import { missingSecrets } from '../server/webhook/secret.ts';
import { senders } from '../server/webhook/senders.ts';
import { endCommand, openSession } from '../session/openSession.ts';
import type { Session } from '../session.ts';

/**
 * `serve`: the HTTP server, until SIGTERM or SIGINT; then exit 0. The ledger is created or migrated first; with
 * `--sample` a temporary one with sample data is used, with `--store` one with deployments of the central store.
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
    tlsCert: file({ help: 'certificate and its chain for HTTPS, as PEM' }),
    tlsKey: file({ help: 'its private key, as PEM' }),
    insecure: flag({ help: 'listen beyond loopback without authentication' }),
    allowedHost: list(
      text({
        value: 'name',
        help: 'host name of a proxy to accept',
        otherwise: 'only localhost without authentication',
      }),
    ),
    sample: flag({ help: 'show a month of sample data; your ledger is not read' }),
    store: maybe({
      value: 'url',
      help: 'show the central store (DEPLOYTRACK_STORE_URL)',
    }),
    host: freeText({ value: 'name', help: 'with --store: only deployments on this host' }),
    limit: integer({
      min: 1,
      max: 100_000,
      default: '20000',
      help: 'with --store: deployments to keep',
    }),
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
    if (input.sample) return serveSample(session, input);
    if (input.store !== null) return serveStored(session, { input, said: input.store });
    return serveLedger(session, { input, isSample: false, store: null });
  },
});

type Input = ServeInput & { readonly host: string | null; readonly limit: number };

async function serveSample(
  session: Session,
  input: Input & { store: string | true | null },
): Promise<number> {
  const { context } = session;
  refuseOthers(session, { input, mode: 'sample', and: input.store === null ? [] : ['store'] });
  const { makeSampleLedger } = await import('../sample/sampleLedger.ts');
  const sample = makeSampleLedger(context);
  try {
    return await serveLedger(sessionOf(session, sample.path), { input, isSample: true, store: null });
  } finally {
    sample.remove();
  }
}

/** The page and all reports read a slice of the store as a ledger. */
async function serveStored(
  session: Session,
  { input, said }: { input: Input; said: string | true },
): Promise<number> {
  refuseOthers(session, { input, mode: 'store', and: [] });
  const { openServedStore } = await import('../fleet/serve/openServedStore.ts');
  const { context } = session;
  const log = (entry: LogEntry) => writeLog(context, entry);
  const opened = await openServedStore(session, { said, host: input.host, limit: input.limit, log });
  try {
    return await serveLedger(sessionOf(session, opened.path), {
      input,
      isSample: false,
      store: opened.store,
    });
  } finally {
    await opened.close();
  }
}

function refuseOthers(
  { settings }: Session,
  { input, mode, and }: { input: ServeInput; mode: 'sample' | 'store'; and: readonly string[] },
): void {
  const [other] = [
    ...and,
    ...(input.docker === null ? [] : ['docker']),
    ...(settings.given('ledger') === null ? [] : ['ledger']),
  ];
  if (other !== undefined)
    throw usageError(`serve: --${mode} and --${other} cannot be used together`, 'omit one of them');
}

/** The same command with another ledger. */
function sessionOf({ context, command, settings }: Session, ledger: string): Session {
  return openSession(context, { command, options: { ...settings.options, ledger } });
}

async function serveLedger(
  session: Session,
  { input, isSample, store: served }: { input: ServeInput; isSample: boolean; store: ServedStore | null },
): Promise<number> {
  const { context, settings, store, warnings } = session;
  const listener = await readListenerConfig(context, input);
  const webhooks = isSample || served !== null ? [] : senders.map(({ secretName }) => secretName);
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
    store: served,
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
