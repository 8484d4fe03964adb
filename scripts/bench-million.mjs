// bench-million.mjs <ledger>… [--pairs <n>] [--node <path>] [--only <part of a name>]: how long commands take on large ledgers, as
// multiples of an empty program of the same Node. In turns, so that another load of this machine concerns both. `scripts/million-ledger` makes
// the ledgers. Marks are made in the last one, and discarded.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals: ledgers } = parseArgs({
  allowPositionals: true,
  options: {
    pairs: { type: 'string', default: '30' },
    node: { type: 'string', default: process.execPath },
    only: { type: 'string', default: '' },
  },
});
if (ledgers.length === 0) {
  console.error('usage: bench-million.mjs <ledger>… [--pairs <n>] [--node <path>] [--only <part of a name>]');
  process.exit(2);
}
const program = fileURLToPath(new URL('../bin/deploytrack.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'deploytrack-bench-'));
const empty = join(folder, 'empty.db');
const { DEPLOYTRACK_LEDGER: _, PUSHGATEWAY_URL: __, DEPLOYTRACK_GATEWAY: ___, ...inherited } = process.env;
const env = {
  ...inherited,
  CI: '',
  DEPLOYTRACK_DEPLOYMENT: '',
  DEPLOYTRACK_JOURNAL_FALLBACK: folder,
  DEPLOYTRACK_INSTANCE: 'bench',
};

/** What is measured, with its goal as a multiple of an empty program. */
const rows = [
  { name: 'stats', words: ['stats'], goal: 2.3 },
  { name: 'stats --since 30d', words: ['stats', '--since', '30d'], goal: 2.1 },
  { name: 'stats --phases', words: ['stats', '--phases'], goal: 3 },
  { name: 'stats --budget', words: ['stats', '--budget'], goal: 3 },
  { name: 'stats --by host', words: ['stats', '--by', 'host'], goal: 3 },
  { name: 'report --since 7d', words: ['report', '--since', '7d'], goal: 3 },
  { name: 'stats --by version', words: ['stats', '--by', 'version'], goal: 5 },
  { name: 'stats --dora', words: ['stats', '--dora'], goal: null },
  { name: 'history', words: ['history', '--limit', '20'], goal: null },
];

try {
  for (const ledger of ledgers) {
    console.log(`\n${ledger}`);
    for (const row of rows.filter(({ name }) => name.includes(values.only))) measureRow(ledger, row);
  }
  if ('a mark'.includes(values.only)) measureMarks(ledgers.at(-1));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function measureRow(ledger, { name, words, goal }) {
  const args = [program, ...words, '--ledger', ledger];
  const ratios = pairs(
    () => timed(args),
    () => timed(['-e', '0']),
  );
  print(name, { ratios, goal, memory: memoryOf(args) / memoryOf(['-e', '0']) });
}

/** A mark of the same deployment again and again, in a large ledger and in an empty one. */
function measureMarks(ledger) {
  const marked = [ledger, empty].map((path) => {
    execFileSync(
      values.node,
      [
        program,
        'start',
        '--id',
        `bench-${process.pid}`,
        '--deployment',
        'bench',
        '--version',
        '1',
        '--ledger',
        path,
      ],
      { env, stdio: 'ignore' },
    );
    return () =>
      timed([program, 'phase', 'start', 'extract', '--id', `bench-${process.pid}`, '--ledger', path]);
  });
  print('a mark, beside an empty ledger', { ratios: pairs(...marked), goal: 1.1 });
  execFileSync(
    values.node,
    [program, 'finish', '--discard', '--id', `bench-${process.pid}`, '--ledger', ledger],
    { env, stdio: 'ignore' },
  );
}

function pairs(one, other) {
  one();
  other();
  return Array.from({ length: Number(values.pairs) }, (_, turn) => {
    const [first, second] = turn % 2 === 0 ? [one, other] : [other, one];
    const [firstMs, secondMs] = [first(), second()];
    return turn % 2 === 0 ? firstMs / secondMs : secondMs / firstMs;
  }).sort((a, b) => a - b);
}

function timed(args) {
  const began = process.hrtime.bigint();
  const { status, error } = spawnSync(values.node, args, { env, stdio: 'ignore' });
  // 1: a budget is spent.
  if (error !== undefined || (status !== 0 && status !== 1))
    throw new Error(`${args.join(' ')}: exit ${status}`);
  return Number(process.hrtime.bigint() - began) / 1e6;
}

/** Peak memory of a process in kB, as the kernel counts it for children. */
function memoryOf(args) {
  const source = `import resource,subprocess,sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)`;
  const { stdout, status } = spawnSync('python3', ['-c', source, values.node, ...args], {
    env,
    encoding: 'utf8',
  });
  return status === 0 ? Number(stdout) : Number.NaN;
}

function print(name, { ratios, goal, memory }) {
  const median = ratios[Math.floor(ratios.length / 2)];
  const holds = goal === null ? '' : median <= goal ? ` (goal ${goal}: holds)` : ` (goal ${goal}: missed)`;
  const used = memory === undefined || Number.isNaN(memory) ? '' : `, memory ${memory.toFixed(2)}`;
  console.log(`${name.padEnd(32)} median ${median.toFixed(2)}, min ${ratios[0].toFixed(2)}${used}${holds}`);
}
