import type { Warning } from '../../errors.ts';
import { openDeployments } from '../../ledger/deployments.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { lockHolder } from '../../ledger/file/lockHolder.ts';
import { hasUnread } from '../../ledger/journal/unread.ts';
import { lastMark } from '../../ledger/marks/abandoned.ts';
import { deploymentLife } from '../../ledger/marks/keptProcesses.ts';
import { liveness } from '../../processes.ts';
import type { Session } from '../../session.ts';
import type { Finding } from './doctorFinding.ts';
import { gatewayFindings } from './doctorGateway.ts';
import { rightsFindings } from './doctorRights.ts';
import { secretFindings } from './doctorSecrets.ts';

/** Looks at the ledger, its marks, and the gateway; migrates an older ledger on the way. Never throws. */
export async function findings(session: Session): Promise<Finding[]> {
  const found: Finding[] = session.settings.problems.map((problem) => ({
    good: false,
    message: problem.message,
    ...(problem.hint === undefined ? {} : { mend: problem.hint }),
  }));
  found.push(...rightsFindings(session.context, session.store.options.ledgerPath));
  found.push(...(await secretFindings(session.context)));
  try {
    const database = await session.store.database();
    found.push(
      ...(await ledgerFindings(session, database)),
      ...(await gatewayFindings(session, database)),
      ...keptWarnings(database),
    );
  } catch (error) {
    found.push(unusable(session, error));
  }
  return found;
}

function unusable({ store }: Session, error: unknown): Finding {
  const { code, hint } = error as { code?: string; hint?: string };
  const message = error instanceof Error ? error.message : String(error);
  if (code === 'LEDGER_BUSY') return { good: false, message, mend: howToUnlock(store.options.ledgerPath) };
  return { good: false, message, ...(hint === undefined ? {} : { mend: hint }) };
}

function howToUnlock(ledgerPath: string): string {
  const holder = lockHolder(ledgerPath);
  if (holder === null)
    return 'marks go to the journal until it is free; `fuser -v` on the file names who uses it';
  return `${holder.program}, process ${holder.pid}, holds it: let it end; marks go to the journal until then`;
}

const seen = {
  dead: 'none of its processes alive',
  unknown: 'whether its process lives cannot be seen from here',
} as const;

async function ledgerFindings(session: Session, database: Database): Promise<Finding[]> {
  const { context, store } = session;
  const sound = database.pragma('quick_check', { simple: true }) as string;
  const found: Finding[] = [
    sound === 'ok'
      ? { good: true, message: `the ledger ${database.name} is sound` }
      : {
          good: false,
          message: `the ledger is damaged: ${sound}`,
          mend: `sqlite3 ${database.name} .recover`,
        },
  ];
  const waiting = hasUnread(database, store.options);
  const taken: Warning[] = [];
  await store.takeIn(taken);
  await store.write(() => {}); // tells whether it can be written
  found.push({
    good: true,
    message: waiting ? 'marks waited in the journal: taken in' : 'no marks wait in the journal',
  });
  found.push(...taken.map((warning) => ({ good: false, message: warning.message })));
  for (const row of openDeployments(database, {})) {
    const life = deploymentLife(database, {
      deploymentId: row.deploymentId,
      life: (process) => liveness(context, process),
    });
    const idleMs = context.instant().wallMs - lastMark(database, row).wallMs;
    const message = `deployment ${row.deploymentId} (${row.deployment}/${row.environment}) is ${life === 'alive' ? 'running' : `open, its last mark ${Math.round(idleMs / 1000)} s ago and ${seen[life]}`}`;
    found.push(
      life === 'alive' || idleMs < 3_600_000
        ? { good: true, message }
        : { good: false, message, mend: `deploytrack finish --id ${row.deploymentId} --abandoned` },
    );
  }
  return found;
}

function keptWarnings(database: Database): Finding[] {
  const last = database.prepare('SELECT at, message FROM warnings ORDER BY id DESC LIMIT 5').all() as {
    at: string;
    message: string;
  }[];
  return last.map(({ at, message }) => ({ good: true, message: `warning of ${at}: ${message}` }));
}
