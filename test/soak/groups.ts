import { copyFileSync, rmSync } from 'node:fs';
import Database from 'better-sqlite3';
import { gatewayQueries, startGateway } from '../support/gateway.ts';
import { newProgram, type Program } from '../support/program.ts';
import { inLanes, median, type Stage } from './stage.ts';
import { samplesOf } from './verify.ts';

export const groups: Stage = {
  name: 'groups',
  about: 'many groups of several ledgers on one gateway',
  // A Pushgateway checks all its groups at each PUT: a thousand PUTs to a thousand groups.
  limitMinutes: { quick: 1, full: 12 },
  async run({ isQuick }) {
    const { hosts, each } = isQuick ? { hosts: 4, each: 10 } : { hosts: 10, each: 100 };
    const gateway = await startGateway();
    const programs: Program[] = [];
    try {
      programs.push(...(await madeHosts({ hosts, each, url: gateway.url })));
      const first = await pushAll(programs);
      const marks = await marksOf(programs);
      const last = await pushAll(programs);
      const failed = [...first.failed, ...last.failed, ...marks.wrong];
      const wrong = [...failed, ...(await wrongCounts(gateway.url, { hosts, each }))];
      const result = [
        `${wrong.length} wrong`,
        `a push of ${each} groups took ${seconds(median(first.tookMs))}, at most ${seconds(Math.max(...first.tookMs))}`,
        `\`start\`, which reads all groups, took ${Math.round(median(marks.startMs))} ms, and a mark ${Math.round(median(marks.markMs))} ms`,
        `${marks.late} of ${3 * hosts} commands had one warning that the gateway took too long, and \`push\` delivered them`,
      ];
      const tried = `${hosts * each} groups of ${hosts} ledgers`;
      return { found: [{ what: 'groups: one gateway', tried, result: result.join('; ') }], broken: wrong };
    } finally {
      await gateway.stop();
      for (const { folder } of programs) rmSync(folder, { recursive: true, force: true });
    }
  },
};

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

/** One ledger by the program; the others are copies of it with another ID and another host. */
async function madeHosts({
  hosts,
  each,
  url,
}: {
  hosts: number;
  each: number;
  url: string;
}): Promise<Program[]> {
  const first = newProgram({ env: { DEPLOYTRACK_VERSION: '1', DEPLOYTRACK_INSTANCE: 'host-0' } });
  await first.run(['init', '--deployment', 'app-0']);
  const numbers = Array.from({ length: each }, (_, number) => number);
  await inLanes(numbers, 2, async (number) => {
    await first.quiet(['run', '--deployment', `app-${number}`, '--', 'true']);
  });
  const database = new Database(first.ledger);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  return Array.from({ length: hosts }, (_, host) => {
    const env = { DEPLOYTRACK_VERSION: '2', DEPLOYTRACK_INSTANCE: `host-${host}`, PUSHGATEWAY_URL: url };
    const program = newProgram({ env });
    copyFileSync(first.ledger, program.ledger);
    const copy = new Database(program.ledger);
    copy.prepare('UPDATE groups SET instance = ?').run(`host-${host}`);
    copy.prepare('UPDATE deployment_metrics SET instance = ?').run(`host-${host}`);
    copy.prepare("UPDATE ledger SET ledger_id = ledger_id || '-' || ?").run(String(host));
    copy.close();
    return program;
  });
}

async function pushAll(programs: readonly Program[]): Promise<{ tookMs: number[]; failed: string[] }> {
  const tookMs: number[] = [];
  const failed: string[] = [];
  for (const program of programs) {
    const beganMs = performance.now();
    const end = await program.run(['push', '--gateway-timeout', '120s']);
    tookMs.push(performance.now() - beganMs);
    if (end.code !== 0) failed.push(`push: ${end.code} ${end.stderr}`);
  }
  return { tookMs, failed };
}

const late =
  /^deploytrack: warning: (cannot push metrics to [^\n]*: no (complete )?response within \d+ ms|[^\n]* are not pushed yet: [^\n]*)\ndeploytrack: hint: [^\n]*\n$/;

/** A second deployment of one group of each host, with the whole gateway to read. `late`: the gateway took too long. */
async function marksOf(programs: readonly Program[]) {
  const [startMs, markMs, wrong]: [number[], number[], string[]] = [[], [], []];
  let lateCount = 0;
  const run = async (
    program: Program,
    { args, into }: { args: readonly string[]; into: number[] | null },
  ) => {
    const beganMs = performance.now();
    const end = await program.run(args);
    into?.push(performance.now() - beganMs);
    const isLate = late.test(end.stderr);
    if (isLate) lateCount += 1;
    if (end.code !== 0 || !(isLate || end.stderr === ''))
      wrong.push(`${args.join(' ')}: ${end.code} ${end.stderr}`);
  };
  for (const program of programs) {
    await run(program, { args: ['start', '--id', 'second', '--deployment', 'app-0'], into: startMs });
    const mark = ['phase', 'record', 'extract', '--id', 'second', '--duration', '1s'];
    await run(program, { args: mark, into: markMs });
    await run(program, { args: ['finish', '--id', 'second'], into: null });
  }
  return { startMs, markMs, late: lateCount, wrong };
}

async function wrongCounts(url: string, { hosts, each }: { hosts: number; each: number }): Promise<string[]> {
  const held = samplesOf(await gatewayQueries(url).text());
  const wrong: string[] = [];
  let found = 0;
  for (const [name, value] of held) {
    if (!/^deployment_total\{.*status=success/.test(name)) continue;
    found += 1;
    const wanted = name.includes('deployment=app-0,') ? 2 : 1;
    if (Number(value) !== wanted) wrong.push(`${name} is ${value} instead of ${wanted}`);
  }
  return found === hosts * each ? wrong : [...wrong, `${found} groups instead of ${hosts * each}`];
}
