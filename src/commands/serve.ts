import { usageError } from '../errors.ts';
import { reportWarnings } from '../report/warnings.ts';
import { readFront } from '../server/front/readFront.ts';
import { LedgerReader } from '../server/ledgerReader.ts';
import { writeLog } from '../server/log.ts';
import type { Serving } from '../server/route.ts';
import { runServer } from '../server/runServer.ts';
import { makeSampleLedger } from '../server/sample/sampleLedger.ts';
import { refuseUnfitSecrets } from '../server/webhook/secret.ts';
import { senders } from '../server/webhook/senders.ts';
import type { Session } from '../session.ts';
import { durationMs, flag, type Invocation } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { openSession } from './openSession.ts';

/**
 * `serve`: answers over HTTP until SIGTERM or SIGINT; exit 0 then. The ledger is made or migrated first; with `--sample` one
 * of invented deployments is, which goes with the server.
 */
export async function serve(session: Session, invocation: Invocation): Promise<number> {
  if (!flag(invocation, 'sample')) return serveLedger(session, { invocation, isSample: false });
  for (const name of ['docker', 'ledger'])
    if (flag(invocation, name))
      throw usageError(
        `serve: --sample shows invented deployments, not those of --${name}`,
        'say one of them',
      );
  const { context, cold } = session;
  const sample = makeSampleLedger(context, cold());
  try {
    const asked = { ...invocation, options: { ...invocation.options, ledger: sample.path } };
    const own = openSession(context, { invocation: asked, cold, strictly: true, migrate: true });
    return await serveLedger(own, { invocation: asked, isSample: true });
  } finally {
    sample.remove();
  }
}

async function serveLedger(
  session: Session,
  { invocation, isSample }: { invocation: Invocation; isSample: boolean },
): Promise<number> {
  const { context, settings, store, warnings } = session;
  const front = await readFront(context, invocation);
  const webhooks = isSample ? [] : senders.map(({ secretName }) => secretName);
  await refuseUnfitSecrets(context, webhooks);
  // Wrong words are told before a ledger is made.
  for (const name of ['stale-after', 'webhook-window']) durationMs(invocation, name);
  reportWarnings(context, { warnings, target: settings.text('warnings') ?? 'stderr' });
  const kept = warnings.length;
  await makeLedger(session);
  const reader = new LedgerReader(session);
  await reader.database();
  const serving: Serving = {
    session,
    database: () => reader.database(),
    site: { deployment: settings.text('deployment'), environment: settings.text('environment') },
    isSample,
    log: (entry) => writeLog(context, entry),
  };
  await runServer(serving, { front, invocation });
  reader.close();
  store.close();
  return endCommand(session, { code: 0, kept });
}

/** An account that may only read the ledger may serve it too. */
async function makeLedger({ store }: Session): Promise<void> {
  try {
    await store.database();
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? '';
    if (!/^SQLITE_(READONLY|CANTOPEN)/.test(cause)) throw error; // the reader tells what else is missing
  }
}
