import { deploymentTables } from '../../src/ledger/file/storeTables.ts';
import { type Asked, type Line, lineOf, readJson } from './figures.ts';

type Version = Readonly<Record<string, string | null>>;

/** Each host's version: how many hosts of each have it, and how many hosts have another one elsewhere. */
export async function askVersions({ ledgers, servers, reader, atSeconds }: Asked): Promise<Line[]> {
  const own = mapOf(
    ledgers.rows('SELECT instance, version FROM in_service').map((row) => row as unknown as Version),
    'instance',
  );
  const fleet = (await readJson(reader, servers.storeUrl, ['fleet', '--json'])) as readonly Version[];
  const stored = mapOf(fleet, 'host');
  const series = await servers.victoria.query('deployment_info == 1', atSeconds);
  const scraped = mapOf(
    series.map(({ labels }) => labels),
    'instance',
  );
  const counted = (versions: ReadonlyMap<string, string>, wanted: string) =>
    [...versions.values()].filter((version) => version === wanted).length;
  const lines = [...new Set(own.values())].sort().map((version) =>
    lineOf({
      what: `hosts with ${version}`,
      ledgers: counted(own, version),
      store: counted(stored, version),
      victoria: counted(scraped, version),
    }),
  );
  const others = (versions: ReadonlyMap<string, string>) =>
    [...own].filter(([host, version]) => versions.get(host) !== version).length;
  return [
    ...lines,
    lineOf({
      what: 'hosts with another version than in their ledger',
      ledgers: 0,
      store: others(stored),
      victoria: others(scraped),
    }),
  ];
}

function mapOf(rows: readonly Version[], key: string): Map<string, string> {
  return new Map(rows.map((row) => [String(row[key]), String(row.version)]));
}

/** The number of rows of each table that is sent with a deployment. */
export function countRows({ ledgers, servers }: Asked): Line[] {
  return deploymentTables.map((table) =>
    lineOf({
      what: `rows of \`${table}\``,
      ledgers: Number(ledgers.rows(`SELECT count(*) AS value FROM all_${table}`)[0]?.value),
      store: Number(servers.postgres.rows(`SELECT count(*) AS value FROM deploytrack.${table}`)[0]?.value),
      victoria: null,
    }),
  );
}
