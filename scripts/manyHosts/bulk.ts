import { join } from 'node:path';
import { deploymentTables } from '../../src/ledger/file/storeTables.ts';
import { main as makeLedger } from '../million/main.ts';
import type { Host } from './host.ts';
import type { Servers } from './servers.ts';

const deployments = 1000;

/** Rows per second of one host that was offline for long. After the comparison: its ledger is not part of the fleet. */
export async function syncBulk({ storeUrl, postgres }: Servers, host: Host, folder: string): Promise<number> {
  const ledger = join(folder, 'long-offline.db');
  await makeLedger([ledger, String(deployments)]);
  const count = () => Number(postgres.rows(`SELECT ${counted} AS n`)[0]?.n);
  const before = count();
  const end = await host.run(['sync'], { DEPLOYTRACK_LEDGER: ledger, DEPLOYTRACK_STORE_URL: storeUrl });
  if (end.code !== 0) throw new Error(`sync: ${end.stderr}`);
  return (1000 * (count() - before)) / end.tookMs;
}

/** SQL for the number of rows of a deployment in the store. */
export const counted = deploymentTables
  .map((table) => `(SELECT count(*) FROM deploytrack.${table})`)
  .join(' + ');
